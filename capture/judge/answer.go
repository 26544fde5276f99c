package judge

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/expr-lang/expr"

	"flagrante/capture"
	"flagrante/capture/document"
	"flagrante/proxy"
)

// probeWindow is how much of each end of a body is probed, in bytes: errors
// stand in small answers, and at the beginning or the end of large ones.
const probeWindow = 32 << 10

// answer is an answer that is being judged. What costs is done once, and late.
type answer struct {
	x      *proxy.Exchange
	where  place
	doc    *document.Document
	hits   hits
	prober *prober
	view   *view
	tell   func(Try)
}

func (j *Judge) newAnswer(x *proxy.Exchange, tell func(Try)) *answer {
	return &answer{x: x, prober: j.prober, tell: tell}
}

func (a *answer) document() *document.Document {
	if a.doc == nil {
		d := document.Open(a.x.Response.Body, a.x.Response.Header)
		a.doc, a.where = &d, placeOf(a.x.Request.URL)
	}
	return a.doc
}

// first returns the first rule that holds, or nil.
func (a *answer) first(rules []compiled) *compiled {
	for i := range rules {
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
	if what, ok := r.applies(a.x, a.where, d.Type); !ok {
		try.Detail = what
		return try
	}
	if missing := a.missing(r.probes); missing != nil {
		try.Outcome = NoProbe
		if a.tell != nil {
			try.Detail = strings.Join(missing, "|")
		}
		return try
	}
	if r.condition == nil {
		try.Outcome = Fired
		return try
	}
	if a.view == nil {
		a.view = newView(a.x, a.where, *d, bytes.ToLower(bytes.Join(ends(d.Text), []byte(" "))))
	}
	switch holds, err := expr.Run(r.condition, a.view); {
	case err != nil:
		try.Outcome, try.Detail = Unanswerable, "the condition asks for what the answer does not have"
	case holds == true:
		try.Outcome = Fired
	default:
		try.Outcome = False
	}
	return try
}

// ends returns the parts of a text that are probed: all of it, unless it is long.
func ends(text []byte) [][]byte {
	if len(text) <= 2*probeWindow {
		return [][]byte{text}
	}
	return [][]byte{text[:probeWindow], text[len(text)-probeWindow:]}
}

// missing returns the first group of words of which the body holds none.
func (a *answer) missing(groups [][]string) []string {
	if len(groups) == 0 {
		return nil
	}
	if a.hits == nil {
		a.hits = make(hits, len(a.prober.words))
		for _, part := range ends(a.document().Text) {
			a.prober.scan(part, a.hits)
		}
	}
	for _, group := range groups {
		if !a.prober.holds(group, a.hits) {
			return group
		}
	}
	return nil
}

// maxValid is up to which size JSON is read whole to see whether it is JSON; of
// larger bodies the ends are looked at.
const maxValid = 32 << 10

// unreadable tells whether a whole answer can't be what its fields promise. A copy
// that was cut, and answers that have no body or a part of it, are not asked.
func (a *answer) unreadable() (capture.Reason, bool) {
	r, method := a.x.Response, a.x.Request.Method
	if r.Body.Cut || !r.Body.Complete || a.x.Aborted || method == "HEAD" || r.Status < 200 || r.Status == 204 || r.Status == 206 || r.Status >= 300 {
		return capture.Reason{}, false
	}
	d := a.document()
	what := ""
	switch {
	case d.Err != nil && !strings.Contains(d.Err.Error(), "unknown content coding"):
		what = "coding"
	case d.Part || d.Err != nil:
	case d.Syntax == document.Empty:
		if method == "GET" && r.Header.Get("Content-Length") == "0" && (d.PromisesJSON() || d.PromisesXML()) {
			what = "empty"
		}
	case d.PromisesJSON() && d.Syntax == document.HTML, d.PromisesXML() && d.Syntax == document.HTML && !strings.Contains(a.accepts(), "html"):
		what = "html"
	case d.PromisesJSON() && !isJSON(d.Text):
		what = "json"
	case d.PromisesXML() && !bytes.HasPrefix(d.Text, []byte("<")), d.PromisesXML() && !endsXML(d.Text):
		what = "xml"
	}
	if what == "" {
		return capture.Reason{}, false
	}
	return capture.Reason{Key: "judge.unreadable", Args: map[string]string{"what": what, "type": d.Type}}, true
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

func isJSON(text []byte) bool {
	if len(text) <= maxValid {
		return json.Valid(text) || isRow(text)
	}
	first, last := text[0], text[len(text)-1]
	return first == '{' && last == '}' || first == '[' && last == ']' || first == '"' && last == '"'
}

// isRow reports whether text is several JSON values in a row, which some vendors
// send without saying so.
func isRow(text []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var value json.RawMessage
	for n := 0; ; n++ {
		err := decoder.Decode(&value)
		if err != nil {
			return n > 1 && err.Error() == "EOF"
		}
	}
}
