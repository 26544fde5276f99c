package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// formOf reads the values of a form on a page by the end of its action.
func formOf(t *testing.T, h http.Handler, path, action string) url.Values {
	t.Helper()
	values := url.Values{}
	for n := range parse(t, ask(h, "GET", path, "").Body.String()).Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || !strings.HasSuffix(attr(n, "action"), action) {
			continue
		}
		for field := range n.Descendants() {
			switch {
			case field.Data == "input":
				values.Set(attr(field, "name"), attr(field, "value"))
			case field.Data == "textarea" && field.FirstChild != nil:
				values.Set(attr(field, "name"), field.FirstChild.Data)
			case field.Data == "option" && strings.Contains(attrs(field), "selected"):
				values.Set(attr(field.Parent, "name"), attr(field, "value"))
			}
		}
	}
	return values
}

// formIn returns the hidden fields of the first form with that action and field.
func formIn(t *testing.T, page, action, field string) url.Values {
	t.Helper()
	for n := range parse(t, page).Descendants() {
		if n.Data != "form" || !strings.HasSuffix(attr(n, "action"), action) {
			continue
		}
		values := url.Values{}
		for input := range n.Descendants() {
			if input.Data == "input" && attr(input, "type") == "hidden" {
				values.Set(attr(input, "name"), attr(input, "value"))
			}
		}
		if values.Has(field) {
			return values
		}
	}
	t.Fatalf("no form for %s in %s", field, page)
	return nil
}

func attrs(n *html.Node) string {
	var names []string
	for _, a := range n.Attr {
		names = append(names, a.Key)
	}
	return strings.Join(names, " ")
}

func TestADraftIsCorrectedOnItsPage(t *testing.T) {
	h := stored(t)
	const one = "/drafts/d-aaaaaaaaaa"
	form := formOf(t, h, one, "/edit")
	stale := form.Get("version")
	form.Set("title", "Pix parado desde as 14h")
	form.Set("severity", "critical")
	if w := ask(h, "POST", one+"/edit", form.Encode()); w.Code != http.StatusSeeOther {
		t.Fatalf("got %d: %s", w.Code, w.Body)
	}
	page := wordsOf(t, ask(h, "GET", one, "", "Accept-Language", "en").Body.String())
	for _, want := range []string{"Pix parado desde as 14h", "Critical", "History", "api: corrected the"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in %s", want, page)
		}
	}
	form.Set("version", "1")
	form.Set("title", "outro")
	if w := ask(h, "POST", one+"/edit", form.Encode()); w.Code != http.StatusConflict || strings.Contains(ask(h, "GET", one, "").Body.String(), "outro") {
		t.Errorf("somebody else's change was overwritten from version %s: %d", stale, w.Code)
	}
	// The page of the conflict has all that is needed to go on, without a script.
	conflict := ask(h, "POST", one+"/edit", form.Encode())
	mine := formIn(t, conflict.Body.String(), "/edit", "title")
	if mine.Get("title") != "outro" {
		t.Errorf("the page of the conflict offers %v", mine)
	}
	if w := ask(h, "POST", one+"/edit", mine.Encode()); w.Code != http.StatusSeeOther || !strings.Contains(ask(h, "GET", one, "").Body.String(), "outro") {
		t.Errorf("mine was not put: %d", w.Code)
	}
	if w := ask(h, "POST", one+"/state", "version=1&state=resolved"); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), `href="`+one+`"`) {
		t.Errorf("a state that came too late: %d, %s", w.Code, w.Body)
	}
	if w := ask(h, "POST", one+"/undo", formOf(t, h, one, "/undo").Encode()); w.Code != http.StatusSeeOther {
		t.Errorf("undo: %d %s", w.Code, w.Body)
	}
	undo := formOf(t, h, one, "/undo")
	if w := ask(h, "POST", one+"/undo", undo.Encode()); w.Code != http.StatusSeeOther {
		t.Errorf("undo: %d %s", w.Code, w.Body)
	}
	if again := formOf(t, h, one, "/edit"); again.Get("title") == "Pix parado desde as 14h" {
		t.Errorf("after the undo: %v", again)
	}
	move := formOf(t, h, one, "/state")
	move.Set("state", "resolved")
	if w := ask(h, "POST", one+"/state", move.Encode()); w.Code != http.StatusSeeOther {
		t.Errorf("resolve: %d %s", w.Code, w.Body)
	}
	if page := wordsOf(t, ask(h, "GET", one, "", "Accept-Language", "en").Body.String()); !strings.Contains(page, "Resolved") {
		t.Errorf("after it was resolved: %s", page)
	}
	if w := ask(h, "POST", one+"/edit", "title=x"); w.Code != http.StatusBadRequest {
		t.Errorf("without a version: %d", w.Code)
	}
}

func TestListsAreFiltered(t *testing.T) {
	h := stored(t)
	for q, want := range map[string]string{
		"host:api.bank.example": "d-aaaaaaaaaa", "host:other.example": "Nothing passes this filter", "nonsense:x": `class="bad"`,
	} {
		page := ask(h, "GET", "/?q="+url.QueryEscape(q), "", "Accept-Language", "en").Body.String()
		if !strings.Contains(page, want) || !strings.Contains(page, `value="`+q+`"`) {
			t.Errorf("%s: no %q in %s", q, want, wordsOf(t, page))
		}
	}
	if page := ask(openDesk(t, &memory{drafts: samples()}), "GET", "/traffic?q=status%3E%3D500", "", "Accept-Language", "en").Body.String(); !strings.Contains(page, `id="q-said"`) {
		t.Error("the traffic has no filter")
	}
}
