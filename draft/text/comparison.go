package text

import (
	"strconv"
	"strings"

	"flagrante/draft"
	"flagrante/draft/compare"
	"flagrante/draft/words"
)

// maxCompared is how many differences the ticket shows.
const maxCompared = 12

// comparison shows what was different when the call still succeeded.
func (t *ticket) comparison() {
	c := t.d.Comparison
	if c.Good.IsZero() {
		return
	}
	t.say(text(t.words("text.compare.when", "good", t.time(c.Good).plain(), "bad", t.time(c.Bad).plain())))
	if len(c.Changes) == 0 {
		t.say(text(t.words("text.compare.none")))
		return
	}
	var entries []entry
	for _, change := range c.Changes[:min(len(c.Changes), maxCompared)] {
		// No colon: a name and a value is what the last gate holds back.
		entries = append(entries, entry{line: line{code(change.Where), text(" – "), text(t.difference(change))}})
	}
	if rest := len(c.Changes) - maxCompared; rest > 0 {
		entries = append(entries, entry{line: line{text(t.words("text.compare.more", "count", strconv.Itoa(rest)))}})
	}
	t.list(entries...)
}

func (t *ticket) difference(c compare.Change) string {
	from, to := OneSide(t.o.Lang, c.Where, c.From), OneSide(t.o.Lang, c.Where, c.To)
	switch {
	case c.From == "":
		return t.words("compare.added", "to", to)
	case c.To == "":
		return t.words("compare.gone", "from", from)
	}
	return t.words("compare.changed", "from", from, "to", to)
}

// OneSide says one side of a difference, empty for nothing. What our own words stand
// for is said in the language, what was captured stays as it is.
func OneSide(lang draft.Lang, where, value string) string {
	ours := strings.HasPrefix(where, "request.body") || strings.HasPrefix(where, "response.body") || value == "present" || value == "no_answer"
	switch {
	case value == "":
		return ""
	case ours:
		return words.Word(lang, "compare", value)
	case where == "status":
		return words.Word(lang, "error", value)
	}
	return clip(value, maxValue)
}
