package redact

import (
	"strings"
)

// neighbours tell what the next cell of a row of HTML holds, or the description of a term:
// <td>senha</td><td>…</td>.
type neighbours struct {
	// inside says that the text of a cell comes, which is kept as last. label is what
	// the cell before said.
	inside      bool
	last, label string
}

// open is for the beginning of an element.
func (c *neighbours) open(name string) {
	switch strings.ToLower(name) {
	case "td", "dd":
		*c = neighbours{inside: true, label: c.last}
	case "th", "dt":
		*c = neighbours{inside: true}
	case "tr":
		*c = neighbours{}
	}
}

// close is for the tag that ends an element, without what it begins with.
func (c *neighbours) close(rest string) {
	switch strings.ToLower(strings.TrimRight(rest, "> ")) {
	case "td", "dd", "th", "dt":
		c.inside, c.label = false, ""
	}
}

// besides is the place of text in a cell. The next name in a row without figures is
// taken for one, not for what the name before it holds.
func (x *xmlWalk) besides(at place, plain string) place {
	if !x.beside.inside {
		return at
	}
	label := x.beside.label
	x.beside.label, x.beside.last = "", ""
	if len(plain) <= longestName {
		x.beside.last = plain
	}
	if label == "" || at.naming.Kind != "" || !strings.ContainsAny(plain, "0123456789@") {
		return at
	}
	if naming := x.naming(label); naming.Kind != "" {
		at.name, at.naming, at.outer = label, naming, ""
	}
	return at
}
