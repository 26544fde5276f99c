package text_test

import (
	"strings"
	"testing"

	"flagrante/draft"
	"flagrante/draft/text"
)

func TestHTML(t *testing.T) {
	for name, s := range cases() {
		t.Run(name, func(t *testing.T) {
			fragment, err := text.HTML(s.draft(t, draft.English), options(t, draft.English))
			if err != nil {
				t.Fatal(err)
			}
			inert(t, fragment)
			for _, part := range []string{"<h1>", "<h2>"} {
				if !strings.Contains(fragment, part) {
					t.Errorf("the fragment lacks %q", part)
				}
			}
		})
	}
}
