package show

import (
	"html/template"
	"regexp"
	"strings"
)

// Hits are the places where a word stands in a text.
type Hits struct {
	// At are the beginnings, in bytes; not all where More is true.
	At   []int
	More bool
	rule *regexp.Regexp
}

// maxHits bounds how many places are looked for.
const maxHits = 1000

// Find looks for a word, whatever the case of its letters. An empty word is found
// nowhere.
func Find(s, word string) Hits {
	if word == "" {
		return Hits{}
	}
	h := Hits{rule: regexp.MustCompile(`(?i)` + regexp.QuoteMeta(strings.ToValidUTF8(word, "\uFFFD")))}
	for _, place := range h.rule.FindAllStringIndex(s, maxHits+1) {
		h.At = append(h.At, place[0])
	}
	if len(h.At) > maxHits {
		h.At, h.More = h.At[:maxHits], true
	}
	return h
}

// Next returns the first hit at or after an offset, Previous the last one before
// it; -1 when there is none.
func (h Hits) Next(from int) int {
	for _, at := range h.At {
		if at >= from {
			return at
		}
	}
	return -1
}

// Previous returns the last hit before an offset, -1 when there is none.
func (h Hits) Previous(before int) int {
	found := -1
	for _, at := range h.At {
		if at < before {
			found = at
		}
	}
	return found
}

// Mark returns a part of the text with the hits in it marked.
func (h Hits) Mark(part string) template.HTML {
	var out strings.Builder
	rest := 0
	if h.rule != nil {
		for _, place := range h.rule.FindAllStringIndex(part, maxHits) {
			out.WriteString(template.HTMLEscapeString(visible(part[rest:place[0]])))
			out.WriteString(`<mark>` + template.HTMLEscapeString(visible(part[place[0]:place[1]])) + `</mark>`)
			rest = place[1]
		}
	}
	out.WriteString(template.HTMLEscapeString(visible(part[rest:])))
	return template.HTML(out.String()) //nolint:gosec // All of it is escaped above.
}
