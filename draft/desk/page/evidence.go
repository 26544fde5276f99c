package page

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"time"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
	"flagrante/draft/desk/show"
	"flagrante/proxy"
)

// evidenceView is one failure that backs a draft.
type evidenceView struct {
	*capture.Failure
	// Open is false for what need not be seen at once.
	Open bool
	// Key is the key of the heading.
	Key      string
	Bars     []bar
	Request  messageView
	Response messageView
	Steps    []stepView
	// CertLeft is how long the vendor's certificate was still good, negative when it
	// had expired.
	CertLeft time.Duration
}

// bar is a part of an exchange on a line of 1000 units.
type bar struct {
	// Phase is the name of the part.
	Phase    string
	X, Width int64
	Took     time.Duration
}

// messageView is a request or a response.
type messageView struct {
	Fields  []fieldView
	Trailer []fieldView
	Body    bodyView
}

// fieldView is a line of a header. Mark is what was masked in it, nil for nothing.
type fieldView struct {
	Name  string
	Value template.HTML
	Mark  *capture.Redaction
}

// evidenceOf lists the latest failure, and the first when it is another.
func (d *Pages) evidenceOf(r *http.Request, e draft.Evidence) []evidenceView {
	var all []evidenceView
	if e.Last != nil {
		all = append(all, d.viewOf(r, "evidence.last", e.Last))
	}
	if e.First != nil && (e.Last == nil || e.First.ID != e.Last.ID) {
		all = append(all, d.viewOf(r, "evidence.first", e.First))
	}
	if len(all) > 0 {
		all[0].Open = true
	}
	return all
}

func (d *Pages) viewOf(r *http.Request, key string, f *capture.Failure) evidenceView {
	x := &f.Exchange
	v := evidenceView{
		Failure: f, Key: key, Bars: barsOf(x.Phases), Steps: stepsOf(f),
		Request: d.messageOf(r, f, service.SideRequest),
	}
	if x.Response != nil {
		v.Response = d.messageOf(r, f, service.SideResponse)
	}
	if end := x.Upstream.CertNotAfter; !end.IsZero() {
		v.CertLeft = end.Sub(f.Time)
	}
	return v
}

// messageOf makes one side of a failure's exchange readable.
func (d *Pages) messageOf(r *http.Request, f *capture.Failure, side string) messageView {
	header, trailer, body := service.SideOf(f, side)
	return messageView{
		Fields: fieldsOf(f, side+".header.", header), Trailer: fieldsOf(f, side+".trailer.", trailer),
		Body: d.bodyOf(f, show.Of(body, header), bodyAsk{side: side, base: bodyBase(f.ID, side), pictures: door.VisitorOf(r).May()}),
	}
}

func bodyBase(id, side string) string {
	return "/failures/" + url.PathEscape(id) + "/body/" + side
}

func fieldsOf(f *capture.Failure, prefix string, fields proxy.Fields) []fieldView {
	masks := show.MasksOf(f.Redactions)
	var all []fieldView
	for _, field := range fields {
		v := fieldView{Name: field.Name, Value: masks.HTML(field.Value)}
		if i := slices.IndexFunc(f.Redactions, func(r capture.Redaction) bool { return r.Where == prefix+field.Name }); i >= 0 {
			v.Mark = &f.Redactions[i]
		}
		all = append(all, v)
	}
	return all
}

// barsOf lays the phases behind each other. A part is at least seen.
func barsOf(p proxy.Phases) []bar {
	parts := []bar{
		{Phase: "dns", Took: p.DNS}, {Phase: "connect", Took: p.Connect}, {Phase: "tls", Took: p.TLS},
		{Phase: "send", Took: p.Send}, {Phase: "wait", Took: p.Wait}, {Phase: "receive", Took: p.Receive},
	}
	var sum, at time.Duration
	for _, part := range parts {
		sum += part.Took
	}
	var bars []bar
	for _, part := range parts {
		if part.Took <= 0 {
			continue
		}
		part.X = min(996, int64(1000*at/sum))
		part.Width = max(4, int64(1000*part.Took/sum))
		at += part.Took
		bars = append(bars, part)
	}
	return bars
}
