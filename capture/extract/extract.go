// Package extract reads what the vendor itself says of an error: its code, its
// message, and the ids by which it can find the request. It works on redacted
// exchanges, so that nothing secret is taken for a message.
package extract

import (
	"strings"

	"flagrante/capture"
	"flagrante/capture/document"
	"flagrante/proxy"
)

const (
	// maxBody is how much of a body is looked at, in bytes.
	maxBody = document.Limit
	// maxCode is the longest text, in bytes, that is taken for a code.
	maxCode    = 80
	maxMessage = 500
	maxID      = 200
)

// Vendor returns the code and the message of an answer, as far as there are any.
func Vendor(r *proxy.Response) capture.Vendor {
	if r == nil {
		return capture.Vendor{}
	}
	said := leading(fromBody(r))
	if said.Code == "" && r.Status >= 400 {
		return filled(said, fromHeader(r.Header))
	}
	return said
}

func fromBody(r *proxy.Response) capture.Vendor {
	if v := fromGRPC(r); v != (capture.Vendor{}) {
		return v
	}
	if said := document.ConnectError(r); said != nil {
		return search{}.find(said)
	}
	d := document.Open(r.Body, r.Header)
	if said := document.StreamError(d); said != nil {
		return search{}.find(said)
	}
	s := search{failed: r.Status >= 400}
	switch d.Syntax {
	case document.JSON, document.Batch:
		tree := asRead(d, r.Body)
		if tree == nil && s.failed {
			tree = document.Beginning(string(d.Text))
		}
		return s.find(tree)
	case document.XML:
		return filled(s.fromElements(asRead(d, r.Body)), fromXML(string(d.Text[:min(len(d.Text), maxBody)])))
	case document.Other:
		return fromText(string(d.Text))
	case document.HTML:
		return fromPage(string(d.Text[:min(len(d.Text), maxPage)]))
	}
	return capture.Vendor{}
}

// asRead returns the tree of a body, or of the first of several values of JSON in a row. Redaction
// and limits may have left a body that is not whole, and still says what went wrong.
func asRead(d document.Document, b proxy.Body) any {
	if !b.Cut {
		d.Part = false
	}
	return d.Within(maxBody)
}

// clean returns the text on one line, cut to the length of a message.
func clean(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= maxMessage {
		return s
	}
	return strings.ToValidUTF8(s[:maxMessage], "") + "…"
}

// code returns s when it can be a code, and nothing when it is prose.
func code(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxCode || strings.ContainsAny(s, "\r\n\t") || strings.Count(s, " ") > 3 {
		return ""
	}
	return s
}

// Bounded returns code and message as they may be kept: on one line, and within
// the lengths of a ticket.
func Bounded(c, message string) capture.Vendor {
	return capture.Vendor{Code: code(c), Message: clean(message)}
}
