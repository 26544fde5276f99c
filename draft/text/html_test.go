package text_test

import (
	"strings"
	"testing"

	"flagrante/draft"
	"flagrante/draft/text"
)

func TestHTML(t *testing.T) {
	for name, e := range situations() {
		t.Run(name, func(t *testing.T) {
			fragment, err := text.HTML(composed(t, e, draft.English), options(t, draft.English))
			if err != nil {
				t.Fatal(err)
			}
			inert(t, fragment)
			for _, part := range []string{"<h1>", "<h2>Steps to reproduce</h2>", `<code class="language-http">`} {
				if !strings.Contains(fragment, part) {
					t.Errorf("the fragment lacks %q", part)
				}
			}
		})
	}
}
