package desk

import (
	"net/http"
	"strings"
	"testing"

	"flagrante/draft/desk/live"
	"flagrante/draft/desk/service"
)

func TestTrafficShowsCallsAndFailures(t *testing.T) {
	strip := &live.Strip{}
	strip.Add(live.Call{Host: "api.banco.example", Method: "GET", Status: 200, Millis: 5})
	strip.Add(live.Call{Host: "<b>", Method: "POST", Millis: 9})
	h := openDesk(t, &memory{drafts: samples()}, func(o *service.Options) { o.Strip = strip })
	w := ask(h, "GET", "/traffic", "")
	page := w.Body.String()
	for _, want := range []string{`class="dot ok" title="GET api.banco.example 200 · 5 ms"`, `class="dot none" title="POST &lt;b&gt; sem resposta · 9 ms"`, `href="/failures/k3f9qa2m"`} {
		if w.Code != http.StatusOK || !strings.Contains(page, want) {
			t.Errorf("got %d without %s", w.Code, want)
		}
	}
	empty := wordsOf(t, ask(openDesk(t, &memory{}), "GET", "/traffic", "", "Accept-Language", "en").Body.String())
	if !strings.Contains(empty, "No failures so far 312 calls passed, 0 failures") {
		t.Errorf("without failures: %s", empty)
	}
}

func TestTrafficGoesOnWhereAPageFoundNothing(t *testing.T) {
	w := ask(openDesk(t, &memory{goOn: "k3f9qa2m"}), "GET", "/traffic?q=duration%3E9s", "", "Accept-Language", "en")
	if page := w.Body.String(); !strings.Contains(page, `href="/traffic?after=k3f9qa2m&amp;q=duration%3E9s"`) || !strings.Contains(page, "Nothing found so far") {
		t.Errorf("no way on: %s", page)
	}
}
