package export

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

// windingRecipe asks of the language what portals ask for that make things difficult: a sign-in
// by a form with a cookie and a token against forged requests, another with a name and a
// password, numbers that have to be asked for, files by a token each, sent to another
// host, queries by POST, and comments that name the version they are for.
const windingRecipe = `
name: winding
contract: https://winding.example/docs
text: text.plain
settings: {files: "", client: loja}
header: {Authorization: "Bearer {access}", Cookie: "SID={session}"}
link: "{base}/t/{ticket}"
message: /error
steps:
  - do: auth
    method: GET
    path: /form
    ok: [200]
    capture: {session: {header: Set-Cookie, match: 'SID=([^;]+)'}, forged: {body: true, match: 'value="([^"]+)"'}}
  - do: auth
    method: POST
    path: /token
    basic: {user: "{client}", password: "{secret}"}
    fields: {grant_type: client_credentials}
    ok: [200]
    capture: {access: /access_token}
  - do: prepare
    method: GET
    path: /fields
    ok: [200]
    find: {in: /fields, where: {/name: Assinatura}}
    capture: {field: /id}
  - do: upload
    each: file
    method: POST
    path: /uploads
    json: {name: "{file_name}"}
    ok: [200]
    expect: {/error: ""}
    capture: {upload: /id, place: /url}
  - do: upload
    each: file
    method: PUT
    base: files
    address: "{place}"
    body: file
    ok: [200]
  - do: create
    method: POST
    path: /hooks/{secret}
    json:
      csrf: "{forged}"
      title: "{title}"
      "f{field}": "{fingerprint}"
      files: !files {id: "{upload}", name: "{file_name}"}
    ok: [200]
    capture: {ticket: /id}
  - do: status
    method: POST
    path: /query
    json: {id: "{ticket}"}
    ok: [200]
    capture: {state: /state}
    closed: [closed]
  - do: comment
    method: GET
    path: /t/{ticket}
    ok: [200]
    capture: {version: {header: ETag}}
  - do: comment
    method: POST
    path: /t/{ticket}/comments
    header: {If-Match: "{version}"}
    json: {text: "{comment}"}
    ok: [200]
`

// winding is the portal of windingRecipe.
type winding struct {
	*testing.T
	storage  *httptest.Server
	uses     int
	tokens   int
	uploads  int
	stored   map[string]string
	ticket   map[string]any
	comments []string
}

func (p *winding) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /form", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Set-Cookie", "node=3; Path=/")
		w.Header().Add("Set-Cookie", "SID=s1; HttpOnly")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, `<input name="csrf" value="a&#43;b&amp;c==">`)
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if user != "loja" || password != chamadosToken || r.FormValue("grant_type") != "client_credentials" {
			p.Errorf("sign-in by %q", user)
		}
		p.tokens, p.uses = p.tokens+1, 2
		answer(w, http.StatusOK, map[string]any{"access_token": fmt.Sprintf("t%d", p.tokens)})
	})
	mux.HandleFunc("GET /fields", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"fields": []any{map[string]any{"id": 1, "name": "Cor"}, map[string]any{"id": 77, "name": "Assinatura"}}})
	})
	mux.HandleFunc("POST /uploads", func(w http.ResponseWriter, r *http.Request) {
		name := fmt.Sprint(object(r)["name"])
		if strings.HasSuffix(name, ".exe") {
			answer(w, http.StatusOK, map[string]any{"error": "tipo não aceito"})
			return
		}
		p.uploads++
		id := fmt.Sprintf("u%d", p.uploads)
		answer(w, http.StatusOK, map[string]any{"id": id, "url": p.storage.URL + "/" + id + "?sig=x%2F1"})
	})
	mux.HandleFunc("POST /hooks/"+chamadosToken, func(w http.ResponseWriter, r *http.Request) {
		p.ticket = object(r)
		answer(w, http.StatusOK, map[string]any{"id": 5})
	})
	mux.HandleFunc("POST /query", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"state": "closed"})
	})
	mux.HandleFunc("GET /t/5", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"v9"`)
		answer(w, http.StatusOK, map[string]any{})
	})
	mux.HandleFunc("POST /t/5/comments", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-Match") != `"v9"` {
			refuse(w, http.StatusPreconditionRequired, "If-Match")
			return
		}
		p.comments = append(p.comments, fmt.Sprint(object(r)["text"]))
		answer(w, http.StatusOK, map[string]any{})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/form" && r.URL.Path != "/token" {
			if r.Header.Get("Authorization") != fmt.Sprintf("Bearer t%d", p.tokens) || r.Header.Get("Cookie") != "SID=s1" || p.uses == 0 {
				refuse(w, http.StatusUnauthorized, "expirado")
				return
			}
			p.uses--
		}
		mux.ServeHTTP(w, r)
	})
}

// store is where the bytes of the files go, by addresses that are enough to write.
func (p *winding) store(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" || r.URL.Query().Get("sig") != "x/1" {
		p.Errorf("the storage got %v", r.Header)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		p.Error(err)
	}
	p.stored[strings.TrimPrefix(r.URL.Path, "/")] = string(body)
	w.WriteHeader(http.StatusOK)
}

func startWinding(t *testing.T) (*winding, *Exporter) {
	t.Helper()
	portal := &winding{T: t, stored: map[string]string{}}
	portal.storage = httptest.NewServer(http.HandlerFunc(portal.store))
	t.Cleanup(portal.storage.Close)
	server := httptest.NewServer(portal.routes())
	t.Cleanup(server.Close)
	return portal, ownPortal(t, []byte(windingRecipe), Portal{URL: server.URL, Set: map[string]string{"files": portal.storage.URL}, Attach: []string{}})
}

func TestAPortalOfManyTurns(t *testing.T) {
	portal, x := startWinding(t)
	files := []File{
		{Name: "a.txt", Type: "text/plain", Data: []byte("um"), Checked: true},
		{Name: "b.exe", Type: "text/plain", Data: []byte("dois"), Checked: true},
		{Name: "c.txt", Type: "text/plain", Data: []byte("três"), Checked: true},
	}
	parcel, preview, err := x.Pack("bank", sample(), files)
	if err != nil {
		t.Fatal(err)
	}
	if shown, err := json.Marshal(preview); err != nil || strings.Contains(string(shown), chamadosToken) || !strings.HasSuffix(preview.URL, "/hooks/"+mask) {
		t.Errorf("the preview of %s shows a secret, or none where one is (%v)", preview.URL, err)
	}
	result := goOn(t, x, parcel, Progress{}, false)
	if result.State != draft.ReceiptSent || result.Ticket() != "5" {
		t.Fatalf("got %+v", result)
	}
	if kept, err := json.Marshal(result); err != nil || strings.Contains(string(kept), "a+b&c") || strings.Contains(string(kept), chamadosToken) {
		t.Errorf("a secret is kept: %s, %v", kept, err)
	}
	want := map[string]any{
		"csrf": "a+b&c==", "title": parcel.Text["title"], "f77": parcel.Text["fingerprint"],
		"files": []any{map[string]any{"id": "u1", "name": "a.txt"}, map[string]any{"id": "u2", "name": "c.txt"}},
	}
	if diff := cmp.Diff(want, portal.ticket); diff != "" {
		t.Errorf("ticket (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"u1": "um", "u2": "três"}, portal.stored); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if len(result.Dropped) != 1 || !strings.Contains(result.Dropped[0], "b.exe") || !strings.Contains(result.Dropped[0], "tipo não aceito") {
		t.Errorf("dropped: %q", result.Dropped)
	}
	if portal.tokens < 3 {
		t.Errorf("signed in %d times, though a session is good for two requests", portal.tokens)
	}
	ticket := TicketRef{Portal: "bank", Ticket: "5", Text: result.Captured}
	if state, err := x.Status(t.Context(), ticket); err != nil || !state.Closed {
		t.Errorf("state %+v, error %v", state, err)
	}
	if err := x.Comment(t.Context(), ticket, "Mais 3 falhas.", false); err != nil || !cmp.Equal(portal.comments, []string{"Mais 3 falhas."}) {
		t.Errorf("comments %q, error %v", portal.comments, err)
	}
}

func TestAnAddressAtAnotherHostGetsNoFile(t *testing.T) {
	portal, x := startWinding(t)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something left for another host") }))
	defer elsewhere.Close()
	own := portal.storage.URL
	portal.storage.URL = elsewhere.URL
	defer func() { portal.storage.URL = own }()
	parcel, _, err := x.Pack("bank", sample(), []File{{Name: "a.txt", Type: "text/plain", Data: []byte("um"), Checked: true}})
	if err != nil {
		t.Fatal(err)
	}
	result := goOn(t, x, parcel, Progress{}, false)
	if result.State != draft.ReceiptSent || len(result.Dropped) != 1 || !strings.Contains(result.Dropped[0], "another host") {
		t.Errorf("got %+v", result)
	}
	if _, given := portal.ticket["files"]; given {
		t.Errorf("the ticket names a file that was not stored: %v", portal.ticket)
	}
}
