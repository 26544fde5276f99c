package text

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark"

	"flagrante/draft"
)

// HTML writes d as a fragment of HTML with nothing in it that acts or loads:
// goldmark leaves raw HTML out unless told otherwise.
func HTML(d draft.Draft, o Options) (string, error) {
	var out strings.Builder
	if err := goldmark.Convert([]byte(Markdown(d, o)), &out); err != nil {
		return "", fmt.Errorf("write the draft %s as HTML: %w", d.ID, err)
	}
	return out.String(), nil
}
