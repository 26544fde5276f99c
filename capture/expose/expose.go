// Package expose suspects answers of giving away what is not meant for the app:
// the inside of the vendor's servers, or the data of other people. What it finds
// is a suspicion for a person to confirm, and never holds a value. It is pure.
package expose

import (
	"html"
	"regexp"
	"strconv"
	"strings"

	"flagrante/capture"
	"flagrante/capture/decode"
	"flagrante/capture/document"
	"flagrante/proxy"
)

// prefix is what the keys of the reasons begin with; the kind follows.
const prefix = "expose."

// maxText is how much of an answer is searched, in bytes: what a server says of
// its own failing stands at the beginning.
const maxText = 256 << 10

// Finder searches answers. It is safe for use by many goroutines.
type Finder struct {
	sorts   []sort
	probes  *probes
	plain   *strings.Replacer
	numbers []number
	address *regexp.Regexp
	// unpacker undoes the codings of answers.
	unpacker decode.Shared
}

// sort is a sort of what servers give away.
type sort struct {
	kind     string
	patterns []pattern
	// atLeast is how many distinct finds it takes.
	atLeast int
}

// pattern is a shape that is searched for where its probes are, which costs next to
// nothing to know.
type pattern struct {
	expression *regexp.Regexp
	groups     [][]string
	// anyCase reports that the probes, in lower case, stand for any case.
	anyCase bool
	// needs is the set of the groups.
	needs set
}

// New returns a Finder.
func New() *Finder {
	all := sorts()
	return &Finder{sorts: all, probes: newProbes(all), plain: plain(), numbers: numbers(), address: address()}
}

// Find returns a reason for each sort of exposure in the answer of an exchange
// that failed by what it answered, the gravest first. Its arguments are counts.
func (f *Finder) Find(x *proxy.Exchange) []capture.Reason {
	if x.Response == nil || len(x.Response.Body.Data) == 0 {
		return nil
	}
	body, header := x.Response.Body, x.Response.Header
	d := document.Of(f.unpacker.Body(body, header, document.Limit), body, header)
	if d.Err != nil && len(d.Text) == 0 {
		return nil
	}
	raw := d.Text[:min(len(d.Text), maxText)]
	var found []capture.Reason
	if n := f.people(raw, x.Request); n > 0 {
		found = append(found, reason("people", n))
	}
	text := f.text(raw)
	there := f.probes.in(text)
	for _, s := range f.sorts {
		if n := s.count(text, x.Request.URL, there); n >= s.atLeast {
			found = append(found, reason(s.kind, n))
		}
	}
	return found
}

func reason(kind string, n int) capture.Reason {
	return capture.Reason{Key: prefix + kind, Args: map[string]string{"count": strconv.Itoa(n)}}
}

// maxFinds bounds the finds of one pattern that are looked at.
const maxFinds = 100

// count returns the number of distinct finds. What the request's own address says
// is not given away.
func (s sort) count(text, address string, there set) int {
	var distinct map[string]bool
	for _, p := range s.patterns {
		if !there.holds(p.needs) {
			continue
		}
		for _, find := range p.expression.FindAllString(text, maxFinds) {
			if distinct == nil {
				distinct = map[string]bool{}
			}
			if !strings.Contains(address, find) {
				distinct[find] = true
			}
		}
	}
	return len(distinct)
}

// plain undoes the escapes of JSON that break traces and paths apart.
func plain() *strings.Replacer {
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\n", `\t`, "\t", `\/`, "/", `\"`, `"`, `\u003c`, "<", `\u003e`, ">", `\u0027`, "'")
}

// text returns raw without the escapes of JSON and HTML.
func (f *Finder) text(raw []byte) string {
	text := string(raw)
	if strings.Contains(text, "\\") {
		text = f.plain.Replace(text)
	}
	if strings.Contains(text, "&") {
		text = html.UnescapeString(text)
	}
	return text
}
