package desk

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/redact"
	"flagrante/draft"
	"flagrante/draft/attach"
	"flagrante/draft/desk/service"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/draft/outbox"
	"flagrante/draft/text"
)

// portalOfFiles is the recipe of a portal that takes a text and files.
const portalOfFiles = `
name: files
text: text.plain
message: /error
link: "{base}/t/{ticket}"
header: {Authorization: "Bearer {secret}"}
steps:
  - {do: create, method: POST, path: /tickets, json: {title: "{title}", text: "{text}"}, ok: [201], capture: {ticket: /id}}
  - {do: attach, each: file, method: POST, path: "/tickets/{ticket}/files", body: file, ok: [201]}
`

// sending is a desk with a real shelf, outbox and gate before a portal of this test.
// Texts are put on the shelf as they are, as if masking had overlooked something.
type sending struct {
	http.Handler
	// got are the bodies that reached the portal.
	got []string
}

func openSending(t *testing.T) *sending {
	t.Helper()
	s := &sending{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		s.got = append(s.got, string(body))
		w.WriteHeader(http.StatusCreated)
		if _, err := io.WriteString(w, `{"id":"7"}`); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	kept := fresh(t)
	ids := 0
	newID := func() string { ids++; return "a-" + strconv.Itoa(ids) }
	shelf := attach.Open(t.TempDir(), attach.Options{Now: func() time.Time { return noon }, NewID: newID, Mask: func(_, _ string, text []byte) []byte { return text }})
	m := &memory{drafts: samples(), attachments: shelf.List}
	s.Handler = openDesk(t, m, func(o *service.Options) {
		recipe, err := export.ParseRecipe("files.yaml", []byte(portalOfFiles))
		if err != nil {
			t.Fatal(err)
		}
		written := text.Options{Profile: o.Profile, Lang: o.Lang, Zone: o.Zone}
		x, err := export.New(export.Options{
			Portals: map[string]export.Portal{"banco": {Recipe: "files", URL: server.URL, TokenEnv: "TOKEN", AllowPrivate: true, Attach: []string{}}},
			Recipes: map[string]*export.Recipe{"files": recipe}, Text: written, Gate: gate.New(redact.New()),
			Secrets: export.Sources{Env: func(string) (string, bool) { return "s3cret", true }}, Now: o.Now, Patience: time.Second,
		})
		if err != nil {
			t.Fatal(err)
		}
		files := func(ctx context.Context, d draft.Draft) ([]export.File, error) { return filesOf(ctx, shelf, d) }
		o.Shelf, o.Exporter = shelf, outbox.New(outbox.Options{Store: kept, Exporter: x, Draft: m.Draft, Files: files, Lang: o.Lang, Now: o.Now, NewID: newID, Holder: "h"})
		o.Bundle = func(ctx context.Context, w io.Writer, d draft.Draft) error {
			return export.Bundle(ctx, w, d, export.BundleOptions{Text: written, Gate: o.Gate, Files: files})
		}
	})
	return s
}

func filesOf(ctx context.Context, shelf *attach.Shelf, d draft.Draft) (files []export.File, err error) {
	for _, a := range d.Evidence.Attachments {
		f, _, err := shelf.Open(ctx, a.DraftID, a.ID)
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		files = append(files, export.File{Name: a.Name, Type: a.MediaType, Data: data, Checked: a.Checked})
	}
	return files, nil
}

const heldDraft = "/api/v1/drafts/d-k3f9qa2m"

// held checks that preview, export and bundle are held back for that, and that nothing
// leaves.
func (s *sending) held(t *testing.T, want ...gate.Finding) {
	t.Helper()
	for _, way := range [][2]string{{"POST", "/export/banco"}, {"GET", "/bundle.zip"}, {"GET", "/export/banco"}} {
		w := ask(s, way[0], heldDraft+way[1], "")
		var said struct{ Findings []gate.Finding }
		if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil {
			t.Fatalf("%s: %d %s: %v", way[1], w.Code, w.Body, err)
		}
		if preview := way == [2]string{"GET", "/export/banco"}; preview != (w.Code == http.StatusOK) || !preview && w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", way[1], w.Code, w.Body)
		}
		if diff := cmp.Diff(want, places(said.Findings)); diff != "" {
			t.Errorf("findings of %s: %s", way[1], diff)
		}
	}
	page := ask(s, "GET", "/drafts/d-k3f9qa2m/export/banco", "").Body.String()
	if !strings.Contains(page, `<button class="primary" disabled>`) {
		t.Error("the page of the preview offers to send")
	}
	for _, f := range want {
		if !strings.Contains(page, f.Kind+" ("+f.Rule+")") {
			t.Errorf("the page of the preview does not say %s (%s)", f.Kind, f.Rule)
		}
	}
	if len(s.got) != 0 {
		t.Errorf("%d requests left", len(s.got))
	}
}

// places are findings in order and each once, for a file may be looked at in more than
// one request; parts are the bare names of files.
func places(all []gate.Finding) []gate.Finding {
	for i := range all {
		all[i].Part = all[i].Part[strings.LastIndexAny(all[i].Part, "/-")+1:]
	}
	slices.SortFunc(all, func(a, b gate.Finding) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(all)
}

// TestPicturesAndVideosAreHeldBackUntilSomebodyLooked holds it for all ways out, and
// that each picture and each video needs a look of its own.
func TestPicturesAndVideosAreHeldBackUntilSomebodyLooked(t *testing.T) {
	s := openSending(t)
	for _, file := range [][2]string{{"tela.png", printed(t)}, {"tela.webm", "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + strings.Repeat("v", 100)}} {
		if w := ask(s, "POST", heldDraft+"/attachments?name="+file[0], file[1]); w.Code != http.StatusCreated {
			t.Fatalf("%s: %d %s", file[0], w.Code, w.Body)
		}
	}
	var list struct{ Attachments []draft.Attachment }
	if err := json.Unmarshal(ask(s, "GET", heldDraft+"/attachments", "").Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	var unchecked []gate.Finding
	for _, a := range list.Attachments {
		unchecked = append(unchecked, gate.Finding{Part: a.Name, Kind: gate.Unchecked, Rule: "needs-a-look", By: "flagrante"})
	}
	for i, a := range list.Attachments {
		s.held(t, unchecked[i:]...)
		if w := ask(s, "POST", heldDraft+"/attachments/"+a.ID+"/check", `{"actor":"bia"}`); w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", a.Name, w.Code, w.Body)
		}
	}
	if w := ask(s, "GET", heldDraft+"/bundle.zip", ""); w.Code != http.StatusOK {
		t.Errorf("the bundle: %d %s", w.Code, w.Body)
	}
	if w := ask(s, "POST", heldDraft+"/export/banco", ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"state":"sent"`) || len(s.got) != 3 {
		t.Errorf("looked at, but: %d %s, %d requests", w.Code, w.Body, len(s.got))
	}
}

// TestTextsWithASecretAreHeldBackWithThePlace holds that nobody can wave a text through.
func TestTextsWithASecretAreHeldBackWithThePlace(t *testing.T) {
	s := openSending(t)
	w := ask(s, "POST", heldDraft+"/attachments?name=app.txt", "linha\nsenha=hunter22x\ncliente 529.982.247-25\n")
	var a draft.Attachment
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	place := func(line int, kind, rule string) gate.Finding {
		return gate.Finding{Part: "app.txt", Line: line, Kind: kind, Rule: rule, By: "flagrante"}
	}
	found := []gate.Finding{place(2, "password", "named-in-text"), place(3, "cpf", "cpf-form")}
	s.held(t, found...)
	ask(s, "POST", heldDraft+"/attachments/"+a.ID+"/check", `{}`)
	s.held(t, found...)
}
