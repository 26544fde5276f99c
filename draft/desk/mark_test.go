package desk

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/desk/service"
	"flagrante/draft/lifecycle"
)

// captured returns a desk over a real store in which f1 and f2 failed.
func captured(t *testing.T, change ...func(*service.Options)) (http.Handler, *store.Store) {
	t.Helper()
	s := fresh(t)
	if _, err := s.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{failingAt("f1", "v2-aaaaaaaaaaaa"), failingAt("f2", "v2-bbbbbbbbbbbb")}}); err != nil {
		t.Fatal(err)
	}
	return openDesk(t, &memory{}, append([]func(*service.Options){func(o *service.Options) {
		book := lifecycle.New(s, compose.Settings{Profile: o.Profile, Lang: draft.Portuguese, Zone: time.UTC}).WithAttachments(o.Shelf.List)
		o.Book, o.Drafts, o.Failures, o.DraftID = book, book, s, lifecycle.DraftID
	}}, change...)...), s
}

func TestAFailureIsPinnedNotedAndTaggedOnThePages(t *testing.T) {
	h, _ := captured(t)
	form := formOf(t, h, "/traffic?q=host%3Aapi.bank.example", "/failures/f1/mark")
	form.Set("pinned", "1")
	w := ask(h, "POST", "/failures/f1/mark", form.Encode())
	if back := w.Header().Get("Location"); w.Code != http.StatusSeeOther || back != "/traffic?q=host%3Aapi.bank.example" {
		t.Fatalf("got %d to %s: %s", w.Code, back, w.Body)
	}
	for _, form := range []url.Values{{"note": {"Falei com o banco:\r\nsecret"}, "back": {"/failures/f1"}}, {"add": {"pix, urgente"}}, {"remove": {"urgente"}}} {
		if w := ask(h, "POST", "/failures/f1/mark", form.Encode()); w.Code != http.StatusSeeOther {
			t.Fatalf("%v: got %d: %s", form, w.Code, w.Body)
		}
	}
	page := ask(h, "GET", "/failures/f1", "").Body.String()
	for _, want := range []string{`aria-pressed="true"`, "Falei com o banco:", "&lt;token&gt;", "Remover a etiqueta pix", ">api<"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(page, "urgente") || strings.Contains(page, "secret\n") {
		t.Error("the page has what was taken away")
	}
	for filter, want := range map[string]int{"is:pinned": 1, "tag:pix": 1, "has:note,tag": 1, "note:banco": 1, "-is:pinned": 1, "": 2} {
		got := ask(h, "GET", "/traffic?"+url.Values{"q": {filter}}.Encode(), "").Body.String()
		if rows := strings.Count(got, "<tr data-id="); rows != want {
			t.Errorf("%q: %d rows", filter, rows)
		}
	}
}

func TestFailuresAreMarkedThroughTheAPI(t *testing.T) {
	h, s := captured(t)
	w := ask(h, "POST", "/api/v1/failures/f2/mark", `{"pinned":true,"note":"visto","add":["pix"],"actor":"ana"}`, "Content-Type", "application/json")
	if got, want := w.Body.String(), `{"pinned":true,"note":"visto","note_by":"ana","tags":["pix"]}`+"\n"; got != want {
		t.Errorf("got %d %s", w.Code, got)
	}
	var list struct{ Failures []map[string]any }
	if err := json.Unmarshal(ask(h, "GET", "/api/v1/failures?q=is:pinned", "").Body.Bytes(), &list); err != nil || len(list.Failures) != 1 || list.Failures[0]["note"] != "visto" {
		t.Errorf("listed %v, %v", list, err)
	}
	w = ask(h, "POST", "/api/v1/failures/f2/mark", `{"pinned":false,"note":"","remove":["pix"]}`, "Content-Type", "application/json")
	if w.Code != http.StatusOK {
		t.Errorf("got %d: %s", w.Code, w.Body)
	}
	f, err := s.Failure(t.Context(), "f2")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(capture.Mark{}, f.Mark); diff != "" {
		t.Error(diff)
	}
}

// The note that somebody else wrote meanwhile is not overwritten unread.
func TestTwoNotesAreShownBesideEachOther(t *testing.T) {
	h, s := captured(t)
	const page, mark = "/failures/f1", "/failures/f1/mark"
	ana, bia := formIn(t, ask(h, "GET", page, "").Body.String(), "/mark", "over"), formIn(t, ask(h, "GET", page, "").Body.String(), "/mark", "over")
	ana.Set("note", "Banco avisado:\r\nprotocolo 77")
	if w := ask(h, "POST", mark, ana.Encode()); w.Code != http.StatusSeeOther {
		t.Fatalf("got %d: %s", w.Code, w.Body)
	}
	bia.Set("note", "É o certificado")
	w := ask(h, "POST", mark, bia.Encode())
	said := wordsOf(t, w.Body.String())
	for _, want := range []string{"Outra pessoa mudou a nota enquanto você escrevia", "O que está lá agora (api) Banco avisado: protocolo 77", "O que você escreveu É o certificado", "Colocar o meu no lugar"} {
		if w.Code != http.StatusConflict || !strings.Contains(said, want) {
			t.Errorf("got %d without %q: %s", w.Code, want, said)
		}
	}
	noted := func(want string) {
		t.Helper()
		f, err := s.Failure(t.Context(), "f1")
		if err != nil || f.Mark.Note != want {
			t.Errorf("the note is %q (%v), want %q", f.Mark.Note, err, want)
		}
	}
	noted("Banco avisado:\nprotocolo 77")
	// Having read it, Bia may write over it; so may the same text be saved twice.
	over := formIn(t, w.Body.String(), "/mark", "note")
	for range 2 {
		if w := ask(h, "POST", mark, over.Encode()); w.Code != http.StatusSeeOther {
			t.Fatalf("got %d: %s", w.Code, w.Body)
		}
	}
	noted("É o certificado")
}

// What is said of a failure stays on the machine.
func TestMarksNeverLeave(t *testing.T) {
	h, _ := captured(t)
	if w := ask(h, "POST", "/api/v1/failures/f1/mark", `{"note":"Quimera","add":["quimera"]}`, "Content-Type", "application/json"); w.Code != http.StatusOK {
		t.Fatalf("got %d: %s", w.Code, w.Body)
	}
	for _, path := range []string{"/drafts/d-aaaaaaaaaa/ticket.md", "/failures/f1/as/md", "/failures/f1/as/har", "/failures/f1/as/raw", "/failures/f1/as/curl", "/failures/f1/as/http"} {
		w := ask(h, "GET", path, "")
		if w.Code != http.StatusOK || strings.Contains(strings.ToLower(w.Body.String()), "quimera") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
