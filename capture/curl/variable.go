package curl

import (
	"iter"
	"strings"
)

// The marks around the name of a variable are private characters, which Plain takes
// out of everything that was captured.
const (
	markOpen  = "\ue000"
	markClose = "\ue001"
)

// Variable returns the mark of a variable, to stand in a request for Template and
// TemplateFile. The name has to be one of Name's.
func Variable(name string) string { return markOpen + Name(name) + markClose }

// Plain returns s without marks, so that nothing captured is taken for a variable.
func Plain(s string) string {
	if !strings.ContainsAny(s, markOpen+markClose) {
		return s
	}
	return strings.NewReplacer(markOpen, "", markClose, "").Replace(s)
}

// Name makes a name for a variable of a shell: upper-case letters, digits and low
// lines, beginning with a letter, at most 40.
func Name(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		case r >= 'A' && r <= 'Z', r == '_', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0:
			b.WriteByte('_')
		}
	}
	name := strings.TrimLeft(b.String(), "_0123456789")
	return strings.TrimRight(name[:min(len(name), 40)], "_")
}

// quote returns s as one word of a shell; marks become "$NAME", which is expanded once
// and never read again.
func (c *command) quote(s string) string {
	if !c.marked {
		return quote(s)
	}
	if s == "" {
		return quote(s)
	}
	var b strings.Builder
	for piece := range pieces(s) {
		if piece.variable {
			b.WriteString(`"$` + piece.text + `"`)
			continue
		}
		b.WriteString(quote(piece.text))
	}
	return b.String()
}

type piece struct {
	text     string
	variable bool
}

// pieces yields the parts of s: plain text, and the names of variables.
func pieces(s string) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		for s != "" {
			before, rest, ok := strings.Cut(s, markOpen)
			name, after, closed := strings.Cut(rest, markClose)
			if before != "" && !yield(piece{Plain(before), false}) {
				return
			}
			if !ok || !closed {
				return
			}
			if name = Name(name); name != "" && !yield(piece{name, true}) {
				return
			}
			s = after
		}
	}
}

// braced writes a text with marks for a .http file: {{NAME}} for a variable, and the
// rest as plain makes it.
func braced(s string, plain func(string) string) string {
	var b strings.Builder
	for piece := range pieces(s) {
		if piece.variable {
			b.WriteString("{{" + piece.text + "}}")
			continue
		}
		b.WriteString(plain(piece.text))
	}
	return b.String()
}

// Shown returns a marked text for people to read, with $NAME for a variable.
func Shown(s string) string {
	var b strings.Builder
	for piece := range pieces(s) {
		if piece.variable {
			b.WriteByte('$')
		}
		b.WriteString(piece.text)
	}
	return b.String()
}

// literal returns s without its variables.
func literal(s string) string {
	var b strings.Builder
	for piece := range pieces(s) {
		if !piece.variable {
			b.WriteString(piece.text)
		}
	}
	return b.String()
}

// Word returns s as one word of a shell, in which nothing has a meaning.
func Word(s string) string { return quote(s) }

// Comment returns s as it can stand behind a # of a shell or of a .http file: on one
// line, without what acts instead of being seen, and in length bounded.
func Comment(s string) string {
	s = visible(Plain(strings.ToValidUTF8(s, "?")))
	s = strings.Join(strings.Fields(s), " ")
	runes := []rune(s)
	return string(runes[:min(len(runes), 200)])
}
