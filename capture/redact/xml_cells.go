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
	// head is the name of the column.
	head string
	// heads are the names of the columns, of which cell is the number of the next one; row
	// are the heads of the row that is being read. term says that a description comes.
	heads, row []string
	cell       int
	term       bool
}

// open is for the beginning of an element.
func (c *neighbours) open(name string) {
	switch strings.ToLower(name) {
	case "td", "dd":
		c.inside, c.label, c.last, c.head, c.term = true, c.last, "", "", strings.EqualFold(name, "dd")
		if c.cell < len(c.heads) && !c.term {
			c.head = c.heads[c.cell]
		}
		c.cell++
	case "th", "dt":
		c.inside, c.label, c.last, c.head, c.term = true, "", "", "", false
		if strings.EqualFold(name, "th") {
			c.row = append(c.row, "")
		}
	case "tr":
		if len(c.row) > 1 {
			c.heads = c.row
		}
		*c = neighbours{heads: c.heads}
	case "table":
		*c = neighbours{}
	}
}

// close is for the tag that ends an element, without what it begins with.
func (c *neighbours) close(rest string) {
	switch strings.ToLower(strings.TrimRight(rest, "> ")) {
	case "td", "dd", "th", "dt":
		c.inside, c.label, c.head = false, "", ""
	}
}

// besides is the place of text in a cell. The next name in a row without figures is
// taken for one, not for what the name before it holds.
func (x *xmlWalk) besides(at place, plain string) place {
	if !x.beside.inside {
		return at
	}
	label := x.beside.label
	if naming := x.naming(x.beside.head); naming.Kind != "" {
		label = x.beside.head
	}
	x.beside.label, x.beside.last = "", ""
	if len(plain) <= longestName {
		x.beside.last = plain
		if n := len(x.beside.row); n > 0 && n <= maxTable {
			x.beside.row[n-1] = plain
		}
	}
	if label == "" || at.naming.Kind != "" || !x.beside.term && !strings.ContainsAny(plain, "0123456789@") {
		return at
	}
	if naming := x.naming(label); naming.Kind != "" {
		at.name, at.naming, at.outer = label, naming, ""
	}
	return at
}

// void reports whether an element of HTML has no end.
func void(name string) bool {
	switch strings.ToLower(name) {
	case "br", "hr", "img", "input", "meta", "link", "!doctype":
		return true
	}
	return false
}

// ofPropertyList reports an element that holds the value of the key before it, as in
// property lists of Apple.
func ofPropertyList(name string) bool {
	switch name {
	case "string", "integer", "real", "data":
		return true
	}
	return false
}
