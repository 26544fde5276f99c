package export

import (
	"fmt"

	"flagrante/draft"
	"flagrante/draft/text"
)

// contents lists the forms of a ticket's text that a recipe can choose.
func contents() []string { return []string{"text.plain", "text.html", "text.markdown"} }

// content writes the text of a ticket.
func content(form string, d draft.Draft, o text.Options) (string, error) {
	switch form {
	case "text.plain":
		return text.Plain(d, o), nil
	case "text.html":
		return text.HTML(d, o)
	case "text.markdown":
		return text.Markdown(d, o), nil
	}
	return "", fmt.Errorf("there is no text form %q", form)
}
