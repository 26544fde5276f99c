// Package template reads the texts of tickets as people write them in a profile: lines
// of headings, lists and paragraphs with {names} for what is filled in later. A text
// can say what stands where, and nothing else: there are no conditions but "left out
// when empty", no loops and no functions, and a value is never read again. It is pure.
package template

import (
	"fmt"
	"slices"
	"strings"
)

// MaxSize is the greatest length of a text, in bytes.
const MaxSize = 32 << 10

// Names are what a text may have placeholders for.
type Names struct {
	// Parts are of several lines, and stand on a line of their own.
	Parts []string
	// Values stand in a line.
	Values []string
}

// Kind is the sort of a block.
type Kind int

// The kinds of blocks.
const (
	Paragraph Kind = iota
	Heading
	Bullet
	Numbered
	Part
)

// Block is a heading, a paragraph, an entry of a list, or a part.
type Block struct {
	Kind Kind
	// Level is that of a heading, 1 to 3.
	Level int
	// Name is that of a part.
	Name string
	Line []Span
}

// Style is the way in which a span is set.
type Style int

// The styles.
const (
	Plain Style = iota
	Strong
	Code
)

// Span is a text, the name of a value, or spans that are left out when one of their
// values is empty.
type Span struct {
	Style    Style
	Text     string
	Value    string
	Optional []Span
}

// Template is a text that was read.
type Template struct{ Blocks []Block }

// Error says what is wrong with a text, and in which of its lines, from 1.
type Error struct {
	Line int
	Text string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Text) }

// Parse reads a text. What is wrong with it is an *Error.
func Parse(source string, names Names) (Template, error) {
	if len(source) > MaxSize {
		return Template{}, &Error{1, "the text is longer than 32 KiB"}
	}
	var t Template
	more := false // the line before belongs to a paragraph
	for i, line := range strings.Split(strings.ReplaceAll(source, "\r\n", "\n"), "\n") {
		b, err := block(strings.TrimSpace(line), names)
		if err != "" {
			return Template{}, &Error{i + 1, err}
		}
		switch {
		case strings.TrimSpace(line) == "":
			more = false
			continue
		case more && b.Kind == Paragraph:
			last := &t.Blocks[len(t.Blocks)-1]
			last.Line = append(append(last.Line, Span{Text: " "}), b.Line...)
		default:
			t.Blocks = append(t.Blocks, b)
		}
		more = b.Kind == Paragraph
	}
	return t, nil
}

// Line reads a text of one line without headings, lists and parts.
func Line(source string, values []string) ([]Span, error) {
	if strings.ContainsAny(source, "\r\n") {
		return nil, &Error{1, "this text is of one line"}
	}
	r := reader{rest: source, values: values}
	spans := r.spans("")
	if r.err != "" {
		return nil, &Error{1, r.err}
	}
	return spans, nil
}

// Parts returns the names of the parts that a text has, in its order.
func (t Template) Parts() (names []string) {
	for _, b := range t.Blocks {
		if b.Kind == Part {
			names = append(names, b.Name)
		}
	}
	return names
}

// Has reports whether a text has the placeholder of a value.
func (t Template) Has(value string) bool {
	return slices.ContainsFunc(t.Blocks, func(b Block) bool { return has(b.Line, value) })
}

func has(spans []Span, value string) bool {
	return slices.ContainsFunc(spans, func(s Span) bool { return s.Value == value || has(s.Optional, value) })
}

// block reads a line that is not empty.
func block(line string, names Names) (b Block, wrong string) {
	if name, ok := alone(line); ok && slices.Contains(names.Parts, name) {
		return Block{Kind: Part, Name: name}, ""
	}
	b.Kind, b.Level, line = kind(line)
	r := reader{rest: line, values: names.Values, parts: names.Parts}
	b.Line = r.spans("")
	return b, r.err
}

// alone returns the name of the placeholder that a line consists of.
func alone(line string) (string, bool) {
	name, ok := strings.CutPrefix(line, "{")
	if ok {
		name, ok = strings.CutSuffix(name, "}")
	}
	return name, ok && !strings.ContainsAny(name, "{}")
}

// kind tells a line by its beginning, and returns the rest.
func kind(line string) (k Kind, level int, rest string) {
	marks := len(line) - len(strings.TrimLeft(line, "#"))
	if marks >= 1 && marks <= 3 && strings.HasPrefix(line[marks:], " ") {
		return Heading, marks, strings.TrimSpace(line[marks:])
	}
	if rest, ok := strings.CutPrefix(line, "- "); ok {
		return Bullet, 0, strings.TrimSpace(rest)
	}
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if rest, ok := strings.CutPrefix(line[digits:], ". "); ok && digits > 0 && digits < 4 {
		return Numbered, 0, strings.TrimSpace(rest)
	}
	return Paragraph, 0, line
}
