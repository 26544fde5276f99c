package page

import (
	"flagrante/draft"
	"flagrante/draft/text"
	"flagrante/draft/words"
)

// told says what a line of the history of a draft did, and to what.
func told(lang draft.Lang, e draft.Entry) string {
	said := words.Word(lang, "history", e.Action)
	if e.Field == "apart" {
		return text.Visible(said)
	}
	if e.Field != "" && e.Field != e.Action {
		said += " " + words.Word(lang, "history", e.Field)
	}
	if e.To == "" {
		return text.Visible(said)
	}
	to := e.To
	switch e.Field {
	case "severity":
		to = words.Word(lang, "severity.level", to)
	case "environment", "state":
		to = words.Word(lang, e.Field, to)
	}
	return text.Visible(said + " → " + to)
}
