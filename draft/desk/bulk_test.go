package desk

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"flagrante/draft/desk/service"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

func TestSeveralDraftsAreChangedAndChangedBack(t *testing.T) {
	h := stored(t)
	form := formOf(t, h, "/", "/drafts/bulk")
	form["draft"] = []string{"d-aaaaaaaaaa", "d-bbbbbbbbbb", "d-none000000"}
	form.Set("state", "ignored")
	w := ask(h, "POST", "/drafts/bulk", form.Encode())
	if w.Code != http.StatusSeeOther {
		t.Fatalf("got %d: %s", w.Code, w.Body)
	}
	done := w.Header().Get("Location")
	got := wordsOf(t, ask(h, "GET", done, "").Body.String())
	for _, want := range []string{"2 rascunhos foram ignorados. 1 ficou como está", "Nada espera por você", "2 rascunhos não passam no filtro. 312 chamadas passaram, 0 falhas"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if got := wordsOf(t, ask(h, "GET", "/?q=state%3Aignored", "").Body.String()); !strings.Contains(got, "Ignorado") {
		t.Errorf("not ignored: %s", got)
	}
	// Somebody has a word on one of them meanwhile: that is not taken back.
	send(t, h, "POST", "/api/v1/drafts/d-bbbbbbbbbb/notes", `{"text":"do not touch"}`, "", http.StatusOK)
	w = ask(h, "POST", "/drafts/bulk/undo", formOf(t, h, done, "/drafts/bulk/undo").Encode())
	got = wordsOf(t, ask(h, "GET", w.Header().Get("Location"), "").Body.String())
	if !strings.Contains(got, "1 rascunho voltou ao que era. 1 ficou como está") || !strings.Contains(got, "GET /f1") || strings.Contains(got, "GET /f2") {
		t.Errorf("after the undo: %s", got)
	}
}

func TestSeveralDraftsThroughTheAPI(t *testing.T) {
	h := stored(t)
	w := ask(h, "POST", "/api/v1/drafts/bulk", `{"drafts":["d-aaaaaaaaaa","d-none000000"],"state":"resolved","add":["pix"],"actor":"ana"}`, "Content-Type", "application/json", "Accept-Language", "en")
	var got struct{ Results []service.BulkResult }
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := []service.BulkResult{{ID: "d-aaaaaaaaaa", Version: 3}, {ID: "d-none000000", Error: "Not found."}}
	if diff := cmp.Diff(want, got.Results); diff != "" || w.Code != http.StatusOK {
		t.Errorf("got %d %s", w.Code, diff)
	}
	c, _ := send(t, h, "GET", "/api/v1/drafts/d-aaaaaaaaaa", "", "", http.StatusOK)
	if c.State != "resolved" || len(c.Tags) != 1 {
		t.Errorf("it is %+v", c)
	}
	for _, body := range []string{`{}`, `{"drafts":["a"]}`, `{"drafts":[],"state":"ignored"}`, `{"drafts":["` + strings.Repeat(`a","`, service.MaxBulk) + `a"],"state":"ignored"}`} {
		if w := ask(h, "POST", "/api/v1/drafts/bulk", body, "Content-Type", "application/json"); w.Code != http.StatusBadRequest {
			t.Errorf("%.40s: got %d", body, w.Code)
		}
	}
}

func TestAnAddressCanNotSayWhatWasNotDone(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	if got := wordsOf(t, ask(h, "GET", "/?done=<b>all</b>&n=5", "").Body.String()); strings.Contains(got, "done.") || strings.Contains(got, "<b>") {
		t.Errorf("it says %s", got)
	}
	w := ask(h, "POST", "/drafts/bulk", url.Values{"state": {"ignored"}, "back": {"//evil.example/"}}.Encode())
	if got := w.Header().Get("Location"); got != "/" {
		t.Errorf("led to %s", got)
	}
}

func TestViewersSeeNoTicks(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()}, withTeam(team(t)))
	page := ask(h, "GET", "/", "", "Authorization", "", "Cookie", logIn(t, h, "viewer")).Body.String()
	for n := range parse(t, page).Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" && attr(n, "method") == "post" && attr(n, "action") != "/logout" {
			t.Errorf("there is a form for %s", attr(n, "action"))
		}
	}
}
