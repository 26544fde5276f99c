package desk

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"flagrante/draft"
	"flagrante/draft/export"
)

// shower shows one preview, whatever the draft.
type shower struct {
	*memory
	preview export.Preview
}

func (s shower) Preview(context.Context, string, draft.Draft) (export.Preview, error) {
	return s.preview, nil
}

func previewPage(t *testing.T, p export.Preview) string {
	t.Helper()
	m := &memory{drafts: samples()}
	o := optionsOf(t, m)
	o.Exporter = shower{m, p}
	h, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	w := ask(h, "GET", parcelPath, "")
	if w.Code != http.StatusOK {
		t.Fatalf("got %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestAPreviewShowsFilesOtherRequestsAndWhatDoesNotGo(t *testing.T) {
	page := wordsOf(t, previewPage(t, export.Preview{
		Portal: "banco", Method: "POST", Body: []byte("{}"), Digest: "d", Dropped: []string{"b.mov: maior que 10 MB"},
		Files:  []export.File{{Name: "ecrã.png", Type: "image/png", Data: []byte("abc")}},
		Others: []export.Request{{Method: "GET", URL: "https://suporte.banco.example/tickets?fp=v1"}},
	}))
	for _, want := range []string{"ecrã.png · image/png · 3 bytes", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "b.mov: maior que 10 MB", "GET https://suporte.banco.example/tickets?fp=v1"} {
		if !strings.Contains(page, want) {
			t.Errorf("the preview does not say %q: %s", want, page)
		}
	}
}

func TestAPortalThatHasOnlyAFormIsOpenedThere(t *testing.T) {
	for form, want := range map[string]string{
		"https://suporte.banco.example/novo?assunto=a": "https://suporte.banco.example/novo?assunto=a",
		"javascript:alert(1)":                          "",
	} {
		page := previewPage(t, export.Preview{Portal: "banco", Form: form, Copy: "o texto", FormOnly: true, Digest: "d"})
		open, sends := "", false
		for n := range parse(t, page).Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.Data == "a" && attr(n, "target") == "_blank" {
				open = attr(n, "href")
			}
			sends = sends || n.Data == "input" && attr(n, "name") == "digest"
		}
		if open != want || sends || !strings.Contains(page, `<pre id="form-text"`) || !strings.Contains(wordsOf(t, page), "o texto") {
			t.Errorf("it opens %q, want %q; it sends: %v", open, want, sends)
		}
	}
}
