// Package filter is the language in which lists are filtered, at the desk, in the
// API and at the command line:
//
//	status>=500 host:api.* -endpoint:*/health (kind:timeout or "insufficient funds")
//
// It reads text into a tree, for the fields that a Schema names, and makes of it a
// condition in SQL whose values are parameters. Terms that stand beside each other
// must all hold. The package reads no data and no clock.
package filter

import "time"

// Filter is a filter that was read without an error. Its tree says what it means.
type Filter struct {
	// Text is what was read.
	Text string
	// Root is the tree, nil for a filter that lets everything pass.
	Root Node
	// Zone is the time zone in which its times were written.
	Zone *time.Location
}

// Node is All, Any, Not, Term or Word.
type Node interface{ node() }

// All holds when each of its nodes does.
type All []Node

// Any holds when one of its nodes does.
type Any []Node

// Not holds when its node does not.
type Not struct{ Node Node }

// Word looks for words in the text of a row.
type Word struct {
	// Text is what is looked for, without quotes and without the star of a Prefix.
	Text string
	// Phrase reports that it was quoted: its words stand side by side.
	Phrase bool
	// Prefix reports that words which begin like the last one are meant, too.
	Prefix bool
}

// Term compares a field.
type Term struct {
	Field *Field
	// Op is how, as it was written.
	Op Op
	// Values are what it is compared with; one that fits is enough.
	Values []Value
}

func (All) node()  {}
func (Any) node()  {}
func (Not) node()  {}
func (Word) node() {}
func (Term) node() {}

// Op is an operator.
type Op string

// The operators. Is is written as a colon or an equals sign.
const (
	Is      Op = ":"
	IsNot   Op = "!="
	Less    Op = "<"
	AtMost  Op = "<="
	Greater Op = ">"
	AtLeast Op = ">="
)

// Value is one value of a term.
type Value struct {
	// Text is the value as it was written, without quotes.
	Text string
	// Glob reports that stars and question marks in Text stand for other characters.
	Glob bool
	// From and To are the first and the last number that fit, for fields with
	// numbers, and the times of those in microseconds since 1970. Where Open or
	// Endless is set there is no first or last one.
	From, To      int64
	Open, Endless bool
	// Span reports that the value was written as a range.
	Span bool
}

// Options are what the meaning of a filter depends on besides its text.
type Options struct {
	// Now is the time that relative ones count from.
	Now time.Time
	// Zone is where times without a zone are, UTC when nil.
	Zone *time.Location
}

const (
	// maxText is the length in bytes of the longest filter.
	maxText = 4096
	// maxNodes bounds the terms, maxDepth the brackets and negations around one.
	maxNodes = 200
	maxDepth = 40
	// maxWords bounds the words and phrases, of which each may be looked for in all parts of
	// an index.
	maxWords = 40
)

// Parse reads a filter. The error is always an *Error.
func Parse(s *Schema, text string, o Options) (*Filter, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if len(text) > maxText {
		return nil, fault(text, 0, len(text), "filter.too_long", nil)
	}
	p := &parser{schema: s, options: o, text: text}
	root, err := p.parse()
	if err != nil {
		return nil, err
	}
	return &Filter{Text: text, Root: root, Zone: o.Zone}, nil
}
