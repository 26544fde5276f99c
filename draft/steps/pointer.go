package steps

import (
	"strconv"
	"strings"
	"unicode"
)

// pointer tells, while the bytes of a text of JSON pass, which member of it a place
// belongs to. Of a text that is no JSON, or not whole, it tells something all the same.
type pointer struct {
	// open are the objects and lists that the place is in.
	open []container
	// deeper is how many more there are.
	deeper int
	// text is what was passed of a string, inside and escaped say where in it the
	// place is.
	text            []byte
	inside, escaped bool
}

// container is an object with the name of the member that the place is in, or a list with
// the number of the item, which begins with 0.
type container struct {
	list bool
	name string
	item int
}

const (
	// maxDepth bounds how deep a place is told, maxName how much of a name.
	maxDepth = 32
	maxName  = 60
)

// pass goes over the next byte.
func (p *pointer) pass(c byte) {
	if p.inside {
		p.within(c)
		return
	}
	switch c {
	case '"':
		p.inside, p.text = true, p.text[:0]
	case '{', '[':
		p.begin(c == '[')
	case '}', ']':
		p.end()
	case ':', ',':
		p.next(c)
	}
}

func (p *pointer) begin(list bool) {
	if len(p.open) == maxDepth {
		p.deeper++
		return
	}
	p.open = append(p.open, container{list: list})
}

func (p *pointer) end() {
	if p.deeper > 0 {
		p.deeper--
		return
	}
	p.open = p.open[:max(len(p.open)-1, 0)]
}

// within goes over a byte of a string.
func (p *pointer) within(c byte) {
	switch {
	case p.escaped:
		p.escaped = false
	case c == '\\':
		p.escaped = true
	case c == '"':
		p.inside = false
		return
	}
	if len(p.text) < maxName {
		p.text = append(p.text, c)
	}
}

// next goes over what stands behind a name, or between members and items.
func (p *pointer) next(c byte) {
	if len(p.open) == 0 || p.deeper > 0 {
		return
	}
	last := &p.open[len(p.open)-1]
	switch {
	case c == ':':
		last.name = plain(string(p.text))
	case last.list:
		last.item++
	default:
		last.name = ""
	}
}

// plain leaves of a name what means nothing to a shell, in a comment that is none to some.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("_.-@", r) || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, strings.ToValidUTF8(name, ""))
}

// String returns the place as marks of what was masked write it: /payer/name.
func (p *pointer) String() string {
	var b strings.Builder
	for _, c := range p.open {
		switch {
		case c.list:
			b.WriteString("/" + strconv.Itoa(c.item))
		case c.name != "":
			b.WriteString("/" + c.name)
		}
	}
	return b.String()
}
