package desk

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"flagrante/draft"
)

// bodyDesk is a desk with one failure whose answer is body.
func bodyDesk(t *testing.T, body, contentType string) http.Handler {
	t.Helper()
	d := unavailable()
	d.Evidence.Last.Exchange.Response.Body = bodyWith(body)
	for i, f := range d.Evidence.Last.Exchange.Response.Header {
		if f.Name == "Content-Type" {
			d.Evidence.Last.Exchange.Response.Header[i].Value = contentType
		}
	}
	return openDesk(t, &memory{drafts: []draft.Draft{d}})
}

const answerBody = "/failures/k3f9qa2m/body/response"

func TestABodyIsShownInEachWay(t *testing.T) {
	h := bodyDesk(t, `{"erro":{"codigo":"SPI-503","lista":[1,2]}}`, "application/json")
	for as, want := range map[string]string{
		"": "codigo", "tree": "codigo SPI-503", "text": `{ "erro" : { "codigo" : "SPI-503"`, "raw": `"codigo" : "SPI-503"`, "hex": "7b 22 65 72",
		"nonsense": "codigo SPI-503",
	} {
		w := ask(h, "GET", answerBody+"?as="+as, "", "Accept-Language", "en")
		if words := wordsOf(t, w.Body.String()); w.Code != http.StatusOK || !strings.Contains(words, want) {
			t.Errorf("as %q: got %d: %s", as, w.Code, words)
		}
	}
	if w := ask(h, "GET", "/failures/k3f9qa2m/body/other", ""); w.Code != http.StatusNotFound {
		t.Errorf("another side: got %d", w.Code)
	}
}

func TestALongBodyIsReadInParts(t *testing.T) {
	long := strings.Repeat("lancamento ", 20000) + "agulha no fim"
	h := bodyDesk(t, long, "text/plain")
	var got strings.Builder
	next := answerBody
	for pages := 0; next != "" && pages < 10; pages++ {
		page := ask(h, "GET", next, "").Body.String()
		if len(page) > 256<<10 {
			t.Fatalf("the page has %d bytes", len(page))
		}
		next = ""
		for n := range parse(t, page).Descendants() {
			if n.Type == html.ElementNode && n.Data == "pre" {
				got.WriteString(n.FirstChild.Data)
			}
			if n.Type == html.ElementNode && n.Data == "a" && n.FirstChild != nil && strings.HasPrefix(n.FirstChild.Data, "próxima") {
				next = attr(n, "href")
			}
		}
	}
	if got.String() != long {
		t.Errorf("read %d bytes of %d", got.Len(), len(long))
	}
	page := ask(h, "GET", answerBody+"?q=AGULHA", "", "Accept-Language", "en").Body.String()
	if !strings.Contains(wordsOf(t, page), "1 hit next part with a hit") {
		t.Errorf("the search says %s", wordsOf(t, page))
	}
	page = ask(h, "GET", answerBody+"?as=raw&from=196608&q=AGULHA", "").Body.String()
	if !strings.Contains(page, "<mark>agulha</mark>") {
		t.Error("the word is not marked")
	}
}

func TestAFailureHasAPageAndForms(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	w := ask(h, "GET", "/failures/k3f9qa2m", "")
	if w.Code != http.StatusOK || !strings.Contains(wordsOf(t, w.Body.String()), "SPI-503") {
		t.Errorf("got %d", w.Code)
	}
	for form, want := range map[string]string{
		"curl": "curl ", "http": "POST https://", "har": `"version":"1.2"`, "md": "# POST ", "raw": "HTTP/1.1 503 ",
	} {
		w := ask(h, "GET", "/failures/k3f9qa2m/as/"+form, "")
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s: got %d %s: %s", form, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
	}
	if w := ask(h, "GET", "/failures/k3f9qa2m/as/exe", ""); w.Code != http.StatusNotFound {
		t.Errorf("another form: got %d", w.Code)
	}
}
