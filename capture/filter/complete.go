package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Place is what can be completed at a place in a filter.
type Place struct {
	// Start and End are the characters that a completion replaces, counted in code
	// points from 0.
	Start, End int
	// Field is the field whose value is being written, nil where a field is.
	Field *Field
	// Prefix is what is there of it up to the cursor.
	Prefix string
	// Quoted reports that the value began with a quote.
	Quoted bool
}

// At returns the place of the cursor, a number of characters from the beginning.
// The text need not be a filter yet.
func At(s *Schema, text string, cursor int) Place {
	runes := []rune(text)
	cursor = min(max(cursor, 0), len(runes))
	p := &parser{schema: s, text: string(runes[:cursor])}
	start, field, quoted := p.last()
	place := Place{Start: utf8.RuneCountInString(p.text[:start]), End: cursor, Field: field, Prefix: p.text[start:], Quoted: quoted}
	if quoted {
		place.Prefix = strings.TrimPrefix(place.Prefix, `"`)
	}
	for place.End < len(runes) && !strings.ContainsRune(" \t\n(),\"", runes[place.End]) {
		place.End++
	}
	if place.Quoted && place.End < len(runes) && runes[place.End] == '"' {
		place.End++
	}
	return place
}

// last finds the word that the text ends in, and the field that it is a value of.
func (p *parser) last() (start int, field *Field, quoted bool) {
	for {
		p.skip()
		begin := p.at
		if name := p.name(); name != "" {
			if _, ok := p.operator(); ok {
				field = p.schema.Field(name)
			}
		}
		if field == nil {
			p.at = begin
		}
		start, quoted = p.lastValue()
		if p.end() && p.closed(start, quoted) {
			return p.at, nil, false
		}
		if p.end() {
			return start, field, quoted
		}
		field = nil
	}
}

// skip reads what stands between terms.
func (p *parser) skip() {
	for !p.end() {
		switch {
		case p.minus():
		case unicode.IsSpace(p.rune()), p.text[p.at] == '(', p.text[p.at] == ')':
			p.next()
		default:
			return
		}
	}
}

// closed reports whether a quoted value was ended.
func (p *parser) closed(start int, quoted bool) bool {
	return quoted && p.at > start+1 && p.text[p.at-1] == '"'
}

// lastValue reads a word or values with commas between them, and returns where the
// last one begins.
func (p *parser) lastValue() (start int, quoted bool) {
	for {
		start = p.at
		if quoted = !p.end() && p.text[p.at] == '"'; quoted {
			if _, _, err := p.quoted(); err != nil {
				return start, true
			}
		} else {
			p.bare()
		}
		if p.end() || p.text[p.at] != ',' {
			return start, quoted
		}
		p.at++
	}
}

// Insert returns what to write for a value or a name of a field at the place.
func (p Place) Insert(text string) string {
	if p.Field == nil {
		return text + string(Is)
	}
	if p.Quoted || strings.ContainsAny(text, " \t\n(),\"*?\\") {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
	}
	return text
}

// Known returns the completions that need no data: names of fields, and values of
// fields that have only a few.
func (p Place) Known(s *Schema) []string {
	from := s.Names()
	if p.Field != nil {
		from = p.Field.Values
	}
	var fit []string
	for _, name := range from {
		if len(name) >= len(p.Prefix) && strings.EqualFold(name[:len(p.Prefix)], p.Prefix) {
			fit = append(fit, name)
		}
	}
	return fit
}
