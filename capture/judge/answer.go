package judge

import (
	"bytes"
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/document"
	"flagrante/proxy"
)

// reach is how much of a body is looked at, in bytes. Errors stand in small answers,
// and at the beginning or the end of large ones.
type reach struct {
	// whole is up to which size a body is probed to its end, and JSON is read to see
	// whether it is JSON; of larger ones both ends are looked at.
	whole int
	// tree is up to which size a body is read into a tree.
	tree int
}

// answer is an answer that is being judged. What costs is done once, and late.
type answer struct {
	x     *proxy.Exchange
	where *place
	// doc is the body when opened is set.
	doc    document.Document
	opened bool
	hits   hits
	// read is what was read of the text, if it was read whole.
	read     *reading
	readings *readings
	reach    reach
	view     *view
	tell     func(Try)
}

func (j *Judge) newAnswer(x *proxy.Exchange, tell func(Try)) *answer {
	return &answer{x: x, readings: j.readings, reach: j.reach, tell: tell}
}

func (a *answer) document() *document.Document {
	if !a.opened {
		body, header := a.x.Response.Body, a.x.Response.Header
		a.doc, a.opened = document.Of(a.readings.unpacker.Body(body, header, document.Limit), body, header), true
	}
	return &a.doc
}

func (a *answer) place() place {
	if a.where == nil {
		where := placeOf(a.x.Request.URL)
		a.where = &where
	}
	return *a.where
}

// first returns the first rule that holds, or nil.
func (a *answer) first(rules []compiled) *compiled {
	for i := range rules {
		if a.tell == nil && rules[i].probed && (a.probed().empty() || a.missing(rules[i].sets) >= 0) {
			continue
		}
		try := a.try(&rules[i])
		if a.tell != nil {
			a.tell(try)
		}
		if try.Outcome == Fired {
			return &rules[i]
		}
	}
	return nil
}

func (a *answer) try(r *compiled) Try {
	d := a.document()
	try := Try{Rule: r.ID, Outcome: NotApplicable}
	if what, ok := r.applies(a, d.Type); !ok {
		try.Detail = what
		return try
	}
	if i := a.missing(r.sets); i >= 0 {
		try.Outcome = NoProbe
		if a.tell != nil {
			try.Detail = strings.Join(r.probes[i], "|")
		}
		return try
	}
	if r.condition == nil {
		try.Outcome = Fired
		return try
	}
	if a.view == nil {
		a.view = newView(a.x, a.place(), *d, a)
	}
	switch holds, err := r.condition.holds(a.view); {
	case err != nil:
		try.Outcome, try.Detail = Unanswerable, "the condition asks for what the answer does not have"
	case holds:
		try.Outcome = Fired
	default:
		try.Outcome = False
	}
	return try
}

// ends returns the parts of a text that are probed: all of it, unless it is long.
func (a *answer) ends(text []byte) [2][]byte {
	if len(text) <= a.reach.whole {
		return [2][]byte{text}
	}
	half := a.reach.whole / 2
	return [2][]byte{text[:half], text[len(text)-half:]}
}

// probed returns the words that the body holds.
func (a *answer) probed() hits {
	if a.hits == nil {
		if read := a.whole(); read != nil {
			a.hits = read.hits
			return a.hits
		}
		ends := a.ends(a.document().Text)
		a.hits = a.readings.of(ends[0], ends[1]).hits
	}
	return a.hits
}

// whole returns what the text holds, nil for one that is not read to its end.
func (a *answer) whole() *reading {
	if text := a.document().Text; a.read == nil && len(text) <= maxRead && len(text) <= a.reach.whole {
		a.read = a.readings.of(text, nil)
	}
	return a.read
}

// missing returns the number of the first group of words of which the body holds none,
// -1 for no such group.
func (a *answer) missing(groups []hits) int {
	for i, group := range groups {
		if group != nil && !a.probed().meets(group) {
			return i
		}
	}
	return -1
}

// unreadable tells whether a whole answer can't be what its fields promise. A copy
// that was cut, and answers that have no body or a part of it, are not asked.
func (a *answer) unreadable() (capture.Reason, bool) {
	r, method := a.x.Response, a.x.Request.Method
	if r.Body.Cut || !r.Body.Complete || a.x.Aborted || method == "HEAD" || r.Status < 200 || r.Status == 204 || r.Status == 206 || r.Status >= 300 {
		return capture.Reason{}, false
	}
	d := a.document()
	what := miscoded(d)
	switch {
	case what != "":
	case d.Err != nil && !strings.Contains(d.Err.Error(), "unknown content coding"):
		what = "coding"
	case d.Part || d.Err != nil:
	case d.Syntax == document.Empty:
		if method == "GET" && (d.PromisesJSON() || d.PromisesXML()) && (r.Header.Get("Content-Length") == "0" || a.wants("json", "xml")) {
			what = "empty"
		}
	case d.PromisesJSON() && d.Syntax == document.HTML, d.PromisesXML() && d.Syntax == document.HTML && !strings.Contains(a.accepts(), "html"):
		what = "html"
	case d.PromisesJSON() && !a.isJSON(d.Text):
		what = "json"
	case d.PromisesXML() && !bytes.HasPrefix(d.Text, []byte("<")), d.PromisesXML() && !endsXML(d.Text):
		what = "xml"
	}
	if what == "" {
		return capture.Reason{}, false
	}
	return unreadable(what, d), true
}

func unreadable(what string, d *document.Document) capture.Reason {
	return capture.Reason{Key: "judge.unreadable", Args: map[string]string{"what": what, "type": d.Type}}
}

// miscoded says how the content coding is another one than the header says, empty where
// it is not.
func miscoded(d *document.Document) string {
	switch {
	case d.Uncoded:
		return "uncoded"
	case d.Unannounced:
		return "unannounced"
	}
	return ""
}

// endsXML reports whether text ends as its root element does. What follows the root,
// comments and instructions, is taken for an end too.
func endsXML(text []byte) bool {
	if bytes.HasSuffix(text, []byte("-->")) || bytes.HasSuffix(text, []byte("?>")) || bytes.HasSuffix(text, []byte("/>")) {
		return true
	}
	start := bytes.LastIndex(text, []byte("</"))
	if start < 0 || text[len(text)-1] != '>' {
		return false
	}
	name := bytes.TrimSpace(text[start+2 : len(text)-1])
	open := slices.Concat([]byte("<"), name)
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '<')
		if i < 0 || at+i+1 == len(text) {
			return false
		}
		if at += i; text[at+1] != '?' && text[at+1] != '!' {
			return bytes.HasPrefix(text[at:], open)
		}
		at++
	}
}

func (a *answer) accepts() string { return strings.ToLower(a.x.Request.Header.Get("Accept")) }

// wants reports whether the app named one of the kinds of what it accepts.
func (a *answer) wants(kinds ...string) bool {
	accepts := a.accepts()
	return slices.ContainsFunc(kinds, func(kind string) bool { return strings.Contains(accepts, kind) })
}

func (a *answer) isJSON(text []byte) bool {
	if read := a.whole(); read != nil {
		return read.json
	}
	if len(text) <= a.reach.whole {
		_, ok := document.Values(text)
		return ok
	}
	first, last := text[0], text[len(text)-1]
	return first == '{' && last == '}' || first == '[' && last == ']' || first == '"' && last == '"'
}
