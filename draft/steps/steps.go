// Package steps makes of the calls that led to a failure what a person needs to see
// it again: numbered calls in which values that are not known, or that an earlier
// answer gives, are variables. It is pure.
package steps

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"flagrante/capture"
	"flagrante/capture/curl"
	"flagrante/draft"
	"flagrante/proxy"
)

// Plan is the way to a failure.
type Plan struct {
	// Calls are those that matter, in order; the last one is the one that fails.
	Calls []Call
	// Fill are the variables that a person gives a value.
	Fill []Variable
	// Attempts is how often the app made the failing call before, without success.
	Attempts int
}

// Call is one call of a plan.
type Call struct {
	// Failing is true of the last call.
	Failing  bool
	Exchange *proxy.Exchange
	// Request is the request with variables marked: see curl.Template.
	Request proxy.Request
	// Takes are the values that later calls take from the answer.
	Takes []Taken
}

// BodyFile is the name of the file that the body of the call is read from, where it
// can't stand in a command.
func (p Plan) BodyFile(i int) string {
	if i == len(p.Calls)-1 {
		return curl.BodyFile
	}
	return "request-body-" + strconv.Itoa(i+1) + ".bin"
}

// Variable is a value that was masked, or that can't be taken from an answer by a
// command.
type Variable struct {
	Name string
	// Kind is the kind of what was masked, empty for a value of an answer.
	Kind string
	// Where is the place of the first use.
	Where string
	// Step is the number of the call whose answer gives the value, 0 for none.
	Step int
}

// Taken is a value of an answer.
type Taken struct {
	Name string
	// From is the place in the answer, as capture.Link has it.
	From string
	how  extraction
}

// Of returns the plan for the latest failure of e, or for the first where only that
// one's past is known. The evidence is masked already.
func Of(e draft.Evidence) (Plan, *capture.Failure) {
	f := e.Last
	if f == nil {
		return Plan{}, nil
	}
	if !linked(f) && e.First != nil && linked(e.First) {
		f = e.First
	}
	return plan(f), f
}

func linked(f *capture.Failure) bool {
	return slices.ContainsFunc(f.Before, func(c capture.Call) bool { return len(c.Links) > 0 })
}

func plan(f *capture.Failure) Plan {
	var p Plan
	m := &maker{names: map[string]bool{}, masks: map[string]string{}}
	steps := map[string]int{}
	for _, c := range f.Before {
		if len(c.Links) > 0 {
			steps[c.Exchange.ID] = len(steps) + 1
		}
	}
	steps[f.ID] = len(steps) + 1
	for i := range f.Before {
		c := &f.Before[i]
		if len(c.Links) == 0 {
			if c.Failing && f.Attempt > 1 && c.Exchange.Request.Method == f.Exchange.Request.Method && c.Exchange.Request.URL == f.Exchange.Request.URL {
				p.Attempts++
			}
			continue
		}
		call := Call{Exchange: &c.Exchange, Request: m.request(&c.Exchange)}
		call.Takes = m.take(steps[c.Exchange.ID], &c.Exchange, c.Links)
		p.Calls = append(p.Calls, call)
	}
	p.Calls = append(p.Calls, Call{Failing: true, Exchange: &f.Exchange, Request: m.request(&f.Exchange)})
	p.Attempts = max(p.Attempts, f.Attempt-1)
	p.Fill = m.fill
	return p
}

// maker gives names to values. The first name of a value holds.
type maker struct {
	names map[string]bool
	// masks are the names of masked values by their masks.
	masks map[string]string
	// taken are plain values that an answer gave.
	taken []carried
	fill  []Variable
}

type carried struct{ text, name string }

// name makes a name that no other variable has. The number at the end also keeps it
// from being one that programs take from their environment.
func (m *maker) name(wanted string, step int) string {
	base := curl.Name(wanted)
	if base == "" {
		base = "VALUE"
	}
	if step > 0 {
		base += "_" + strconv.Itoa(step)
	}
	name := base
	for i := 2; m.names[name]; i++ {
		name = base + "_" + strconv.Itoa(i)
	}
	m.names[name] = true
	return name
}

// take names the values that later calls take from an answer.
func (m *maker) take(step int, x *proxy.Exchange, links []capture.Link) []Taken {
	var all []Taken
	// A member of a body is taken by a shorter command than a part of a field.
	links = slices.Clone(links)
	slices.SortStableFunc(links, func(a, b capture.Link) int { return cmp.Compare(effort(a.From), effort(b.From)) })
	for _, l := range links {
		if slices.ContainsFunc(all, func(t Taken) bool { return t.From == l.From }) {
			continue
		}
		text, how, ok := find(x, l.From)
		if !ok || !fits(text) || m.knows(text) {
			continue
		}
		name := m.name(how.label(x), step)
		if isMask(text) {
			m.masks[text] = name
		} else {
			m.taken = append(m.taken, carried{text, name})
		}
		if !how.runnable() {
			m.fill = append(m.fill, Variable{Name: name, Where: l.From, Step: step})
			continue
		}
		all = append(all, Taken{Name: name, From: l.From, how: how})
	}
	return all
}

func effort(place string) int {
	switch {
	case strings.Contains(place, ".path/"):
		return 2
	case strings.HasPrefix(place, "response.header."):
		return 1
	}
	return 0
}

func (m *maker) knows(text string) bool {
	_, known := m.masks[text]
	return known || slices.ContainsFunc(m.taken, func(c carried) bool { return c.text == text })
}

// request returns the request with its variables marked.
func (m *maker) request(x *proxy.Exchange) proxy.Request {
	r := x.Request
	r.URL = m.address(curl.Plain(r.URL))
	r.Header = slices.Clone(r.Header)
	for i := range r.Header {
		f := &r.Header[i]
		f.Value = m.mark(curl.Plain(f.Value), "request.header."+f.Name)
	}
	r.Trailer = nil
	if !curl.FromFile(r) {
		r.Body.Data = []byte(m.mark(curl.Plain(string(r.Body.Data)), "request.body"))
		r.Body.Size = int64(len(r.Body.Data))
	}
	return r
}

// address marks what stands behind the authority of a URL: no answer decides where a
// call goes.
func (m *maker) address(target string) string {
	start := strings.Index(target, "://")
	if start < 0 {
		return target
	}
	end := strings.IndexAny(target[start+3:], "/?#")
	if end < 0 {
		return target
	}
	end += start + 3
	return target[:end] + m.mark(target[end:], "request.url")
}

// mark puts marks for all values that are known in s, and for all masks.
func (m *maker) mark(s, where string) string {
	s = m.markMasks(s, where)
	for _, c := range m.taken {
		s = strings.ReplaceAll(s, c.text, curl.Variable(c.name))
	}
	return s
}
