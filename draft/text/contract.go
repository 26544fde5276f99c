package text

import (
	"strings"

	"flagrante/draft/words"
)

// outcome says what came of the call, and below it what its status does not tell:
// without the places nobody could find the fault in an answer that looks good.
func (t *ticket) outcome() entry {
	e := labelled(t.words("text.outcome"), text(Outcome(t.o.Lang, t.f)))
	for _, r := range t.f.Reasons {
		if strings.HasPrefix(r.Key, "judge.contract") || r.Key == "judge.slow" || r.Key == "judge.truncated" {
			e.sub = append(e.sub, line{text(words.Say(t.o.Lang, r))})
		}
	}
	return e
}
