package desk

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/desk/service"
	"flagrante/draft/lifecycle"
	"flagrante/draft/profile"
	"flagrante/proxy"
)

// stored returns a desk over a real book with two drafts.
func stored(t *testing.T, change ...func(*service.Options)) http.Handler {
	t.Helper()
	return storedOf(t, []*capture.Failure{failingAt("f1", "v2-aaaaaaaaaaaa"), failingAt("f2", "v2-bbbbbbbbbbbb")}, change...)
}

// failingAt is a failure of an endpoint of its own.
func failingAt(id, fingerprint string) *capture.Failure {
	return &capture.Failure{ID: id, Time: noon, Kind: capture.KindHTTPStatus, Host: "api.bank.example", Endpoint: "GET api.bank.example/" + id, Fingerprint: fingerprint,
		Exchange: proxy.Exchange{ID: id, Start: noon, Request: proxy.Request{Method: "GET"}, Response: &proxy.Response{Status: 503}}}
}

// storedOf returns a desk over a real book with the drafts of failures.
func storedOf(t *testing.T, failures []*capture.Failure, change ...func(*service.Options)) http.Handler {
	t.Helper()
	s := fresh(t)
	if _, err := s.Append(t.Context(), capture.Batch{Failures: failures}); err != nil {
		t.Fatal(err)
	}
	guide, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	shelf := shelfOf(t)
	book := lifecycle.New(s, compose.Settings{Profile: guide, Lang: draft.Portuguese, Zone: time.UTC}).WithAttachments(shelf.List)
	return openDesk(t, &memory{}, append(change, func(o *service.Options) { o.Book, o.Drafts, o.Shelf = book, book, shelf })...)
}

// changed is what the tests look at of a draft.
type changed struct {
	ID, State, Severity, Title string
	Version                    int64
	Tags, Merged               []string
	Complete                   bool
	Error, Hint                string
}

func send(t *testing.T, h http.Handler, method, path, body, match string, status int) (c changed, etag string) {
	t.Helper()
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	if match != "" {
		r.Header.Set("If-Match", match)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != status {
		t.Fatalf("%s %s %s: got %d, want %d: %s", method, path, body, w.Code, status, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	return c, w.Header().Get("ETag")
}

func TestAPIChangesADraft(t *testing.T) {
	h := stored(t)
	const one = "/api/v1/drafts/d-aaaaaaaaaa"
	_, etag := send(t, h, "GET", one, "", "", 200)
	got, next := send(t, h, "PATCH", one, `{"severity":"critical","title":"Pix parado","actor":"ana"}`, etag, 200)
	if got.Severity != "critical" || got.Title != "Pix parado" || next == etag {
		t.Errorf("got %+v, ETag %s after %s", got, next, etag)
	}
	if got, _ := send(t, h, "PATCH", one, `{"title":null}`, etag, 412); got.Error == "" {
		t.Error("no words for a condition that does not hold")
	}
	send(t, h, "PATCH", one, `{"title":null,"version":1}`, "", 409)
	got, _ = send(t, h, "PATCH", one, `{"title":null}`, next, 200)
	if got.Title == "Pix parado" || got.Severity != "critical" {
		t.Errorf("got %+v", got)
	}
	for _, step := range []struct{ path, body string }{
		{"/notes", `{"text":"visto"}`}, {"/tags", `{"add":["pix","ted"],"remove":["ted"]}`},
		{"/calls", `{"by":"Ana","at":"2026-11-23T14:00:00Z"}`}, {"/state", `{"state":"in_review"}`},
	} {
		got, _ = send(t, h, "POST", one+step.path, step.body, "", 200)
	}
	want := changed{ID: "d-aaaaaaaaaa", State: "in_review", Severity: "critical", Title: got.Title, Version: 7, Tags: []string{"pix"}, Merged: []string{}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	got, _ = send(t, h, "POST", one+"/undo", ``, "", 200)
	if got.State != "new" {
		t.Errorf("after the undo the state is %s", got.State)
	}
	var history struct{ History []draft.Entry }
	if err := json.Unmarshal(ask(h, "GET", one+"/history", "").Body.Bytes(), &history); err != nil || len(history.History) != 8 || history.History[7].Actor != "ana" {
		t.Errorf("%v, the history is %+v", err, history.History)
	}
}

func TestAPIMergesAndSplits(t *testing.T) {
	h := stored(t)
	got, _ := send(t, h, "POST", "/api/v1/drafts/d-aaaaaaaaaa/merge", `{"drafts":["d-bbbbbbbbbb"]}`, "", 200)
	if diff := cmp.Diff([]string{"d-bbbbbbbbbb"}, got.Merged); diff != "" {
		t.Error(diff)
	}
	got, _ = send(t, h, "POST", "/api/v1/drafts/d-aaaaaaaaaa/split", `{"draft":"d-bbbbbbbbbb"}`, "", 200)
	if got.ID != "d-bbbbbbbbbb" || got.State != "new" {
		t.Errorf("got %+v", got)
	}
}

func TestAPIMakesAManualDraft(t *testing.T) {
	h := stored(t)
	got, _ := send(t, h, "POST", "/api/v1/drafts", `{"title":"Como testar o webhook?","kind":"question","text":"Não há exemplo.","environment":"staging"}`, "", 200)
	if got.Severity != "low" || !got.Complete || got.Title != "Como testar o webhook?" {
		t.Errorf("got %+v", got)
	}
}

func TestAPIRefusesChanges(t *testing.T) {
	h := stored(t)
	const one = "/api/v1/drafts/d-aaaaaaaaaa"
	for _, tt := range []struct {
		method, path, body string
		status             int
	}{
		{"PATCH", one, `{"severity":"urgent"}`, 422},
		{"PATCH", one, `{"severity":7}`, 400},
		{"PATCH", one, `[`, 400},
		{"PATCH", "/api/v1/drafts/d-nothere000", `{"title":"x"}`, 404},
		{"POST", one + "/state", `{"state":"snoozed"}`, 422},
		{"POST", one + "/state", `{"stat":"new"}`, 400},
		{"POST", one + "/undo", ``, 422},
		{"POST", "/api/v1/drafts", `{"title":"x","kind":"wish","text":"y"}`, 422},
	} {
		if got, _ := send(t, h, tt.method, tt.path, tt.body, "", tt.status); got.Error == "" {
			t.Errorf("%s %s %s: no error is said", tt.method, tt.path, tt.body)
		}
	}
}
