// Package expose suspects answers of giving away what is not meant for the app:
// the inside of the vendor's servers, or the data of other people. What it finds
// is a suspicion for a person to confirm, and never holds a value. It is pure.
package expose

import (
	"bytes"
	"html"
	"regexp"
	"strconv"
	"strings"

	"flagrante/capture"
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
	probes  probes
	numbers []number
	address *regexp.Regexp
}

// sort is a sort of what servers give away.
type sort struct {
	kind string
	// probes are texts in lower case of which one is in every find: they are looked
	// for first, since that costs next to nothing.
	probes   []string
	patterns []*regexp.Regexp
	// atLeast is how many distinct finds it takes.
	atLeast int
}

// New returns a Finder.
func New() *Finder {
	all := sorts()
	return &Finder{sorts: all, probes: newProbes(all), numbers: numbers(), address: address()}
}

// Find returns a reason for each sort of exposure in the answer of an exchange
// that failed by what it answered, the gravest first. Its arguments are counts.
func (f *Finder) Find(x *proxy.Exchange) []capture.Reason {
	if x.Response == nil || len(x.Response.Body.Data) == 0 {
		return nil
	}
	d := document.Open(x.Response.Body, x.Response.Header)
	if d.Err != nil && len(d.Text) == 0 {
		return nil
	}
	raw := d.Text[:min(len(d.Text), maxText)]
	var found []capture.Reason
	if n := f.people(raw, x.Request); n > 0 {
		found = append(found, reason("people", n))
	}
	probed, text := f.probes.in(bytes.ToLower(raw)), ""
	for i, s := range f.sorts {
		if probed&(1<<i) == 0 {
			continue
		}
		if text == "" {
			text = plain(raw)
		}
		if n := s.count(text, x.Request.URL); n >= s.atLeast {
			found = append(found, reason(s.kind, n))
		}
	}
	return found
}

func reason(kind string, n int) capture.Reason {
	return capture.Reason{Key: prefix + kind, Args: map[string]string{"count": strconv.Itoa(n)}}
}

// probes are the probes of all sorts, by their first byte.
type probes [256][]probe

type probe struct {
	text string
	sort int
}

func newProbes(all []sort) (p probes) {
	for i, s := range all {
		for _, text := range s.probes {
			p[text[0]] = append(p[text[0]], probe{text, i})
		}
	}
	return p
}

// in returns the set of the sorts of which a probe is in text.
func (p *probes) in(text []byte) (found uint) {
	for i, b := range text {
		for _, probe := range p[b] {
			if found&(1<<probe.sort) == 0 && len(text)-i >= len(probe.text) && text[i+1] == probe.text[1] && string(text[i:i+len(probe.text)]) == probe.text {
				found |= 1 << probe.sort
			}
		}
	}
	return found
}

// maxFinds bounds the finds of one pattern that are looked at.
const maxFinds = 100

// count returns the number of distinct finds. What the request's own address says
// is not given away.
func (s sort) count(text, address string) int {
	distinct := map[string]bool{}
	for _, p := range s.patterns {
		for _, find := range p.FindAllString(text, maxFinds) {
			if !strings.Contains(address, find) {
				distinct[find] = true
			}
		}
	}
	return len(distinct)
}

// plain undoes the escapes of JSON and HTML that break traces and paths apart.
func plain(raw []byte) string {
	text := string(raw)
	if strings.Contains(text, "\\") {
		text = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\n", `\t`, "\t", `\/`, "/", `\"`, `"`, `\u003c`, "<", `\u003e`, ">", `\u0027`, "'").Replace(text)
	}
	if strings.Contains(text, "&") {
		text = html.UnescapeString(text)
	}
	return text
}
