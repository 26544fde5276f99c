package desk

import (
	"net/http"
	"strings"
	"testing"
)

// submit fills a form of a draft's page and sends it.
func submit(t *testing.T, h http.Handler, action string, pairs ...string) int {
	t.Helper()
	const one = "/drafts/d-aaaaaaaaaa"
	form := formOf(t, h, one, action)
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return ask(h, "POST", one+action, form.Encode()).Code
}

func TestACriticalDraftAsksForThePhoneCall(t *testing.T) {
	h := stored(t)
	const one = "/drafts/d-aaaaaaaaaa"
	if page := ask(h, "GET", one, "").Body.String(); strings.Contains(page, `id="on-call"`) {
		t.Fatal("a draft that is not critical asks for a call")
	}
	submit(t, h, "/edit", "severity", "critical")
	page := ask(h, "GET", one, "").Body.String()
	if !strings.Contains(page, `id="on-call"`) || !strings.Contains(page, `href="#on-call"`) || !strings.Contains(page, "on-call due") {
		t.Errorf("no panel in %s", wordsOf(t, page))
	}
	if words := wordsOf(t, page); strings.Contains(words, "on_call") || strings.Count(words, "Ligação para o plantão") < 2 {
		t.Errorf("the call has no name: %s", words)
	}
	for at, want := range map[string]int{"yesterday": http.StatusBadRequest, "2099-01-01T00:00": http.StatusUnprocessableEntity} {
		if got := submit(t, h, "/call", "by", "Ana", "at", at); got != want {
			t.Errorf("a call at %s: %d", at, got)
		}
	}
	if got := submit(t, h, "/call", "by", "Ana Souza", "whom", "Plantão do banco"); got != http.StatusSeeOther {
		t.Fatalf("got %d", got)
	}
	page = ask(h, "GET", one, "").Body.String()
	if strings.Contains(page, "on-call due") || !strings.Contains(wordsOf(t, page), "Ana Souza → Plantão do banco") {
		t.Errorf("the call is not shown: %s", wordsOf(t, page))
	}
}

func TestNotesTagsAndTextsAreWrittenOnThePage(t *testing.T) {
	h := stored(t)
	for _, step := range [][]string{{"/note", "text", "Falei com\r\na equipe"}, {"/tags", "add", " pix, urgente ,"}, {"/edit", "device", "Moto G"}} {
		if got := submit(t, h, step[0], step[1:]...); got != http.StatusSeeOther {
			t.Errorf("%v: %d", step, got)
		}
	}
	page := wordsOf(t, ask(h, "GET", "/drafts/d-aaaaaaaaaa", "").Body.String())
	for _, want := range []string{"api: Falei com a equipe", "pix × urgente ×", "Moto G"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in %s", want, page)
		}
	}
	if got := submit(t, h, "/tags", "remove", "pix"); got != http.StatusSeeOther {
		t.Errorf("remove: %d", got)
	}
	if page := wordsOf(t, ask(h, "GET", "/drafts/d-aaaaaaaaaa", "").Body.String()); strings.Contains(page, "pix ×") || !strings.Contains(page, "urgente ×") {
		t.Errorf("after the tag was removed: %s", page)
	}
}

func TestADraftIsPutAsideAndTakenUpAgain(t *testing.T) {
	h := stored(t)
	for hours, want := range map[string]int{"0": http.StatusBadRequest, "x": http.StatusBadRequest, "4": http.StatusSeeOther} {
		if got := submit(t, h, "/state", "state", "snoozed", "hours", hours); got != want {
			t.Errorf("%s hours: %d", hours, got)
		}
	}
	if page := wordsOf(t, ask(h, "GET", "/drafts/d-aaaaaaaaaa", "").Body.String()); !strings.Contains(page, "Adiado") || !strings.Contains(page, "Volta em:") {
		t.Errorf("not put aside: %s", page)
	}
	submit(t, h, "/state", "state", "in_review")
	if page := wordsOf(t, ask(h, "GET", "/drafts/d-aaaaaaaaaa", "").Body.String()); !strings.Contains(page, "Em revisão") {
		t.Errorf("not taken up: %s", page)
	}
}
