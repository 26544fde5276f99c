// Package redact masks the secrets of an exchange, before anything of it is
// written anywhere. What is masked is gone; a Redaction says where it was.
package redact

import (
	"regexp"
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/proxy"
)

// Mask stands where a secret was.
const Mask = "<secret>"

// Redactor masks exchanges. It is safe for use by many goroutines.
type Redactor struct {
	looks     []look
	element   *regexp.Regexp
	attribute *regexp.Regexp
}

// look is a secret that can be told by its looks.
type look struct {
	rule string
	expr *regexp.Regexp
	// hints are texts of which one stands in every match: to look for them is
	// many times faster than to match.
	hints []string
	mask  string
}

// New returns a Redactor with the built-in rules.
func New() *Redactor {
	return &Redactor{
		looks: []look{
			// RFC 7519: three base64url parts, the first two of which are JSON objects.
			{"jwt", regexp.MustCompile(`eyJ[A-Za-z0-9_-]{6,}\.eyJ[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]*`), []string{".eyJ"}, Mask},
			{"authorization-value", regexp.MustCompile(`\b([Bb]earer|BEARER|[Bb]asic|BASIC)\s+[A-Za-z0-9._~+/=-]{8,}`), []string{"earer", "EARER", "asic", "ASIC"}, "$1 " + Mask},
			{"private-key", regexp.MustCompile(`(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(-----END [A-Z0-9 ]*PRIVATE KEY-----|$)`), []string{"PRIVATE KEY-----"}, Mask},
			{"url-user", regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9+.-]*://)[^/\s?#@"'<>]+@`), []string{"://"}, "${1}" + Mask + "@"},
		},
		element:   regexp.MustCompile(`<([\w.:-]+)((?:\s[^<>]*)?)>([^<]+)`),
		attribute: regexp.MustCompile(`([\w.:-]+)=("[^"<]*"|'[^'<]*')`),
	}
}

// Exchange returns a masked copy of x, and what was masked in it. It does not
// change x.
func (r *Redactor) Exchange(x *proxy.Exchange) (proxy.Exchange, []capture.Redaction) {
	m := &marker{redactor: r}
	out := *x
	out.Tunnel = m.fields("tunnel.header", x.Tunnel)
	out.Request.URL = m.url("request.url", x.Request.URL)
	out.Request.Header = m.fields("request.header", x.Request.Header)
	out.Request.Trailer = m.fields("request.trailer", x.Request.Trailer)
	out.Request.Body = m.body("request.body", x.Request.Body, x.Request.Header)
	if x.Response != nil {
		answer := *x.Response
		answer.Header = m.fields("response.header", answer.Header)
		answer.Trailer = m.fields("response.trailer", answer.Trailer)
		answer.Body = m.body("response.body", answer.Body, x.Response.Header)
		out.Response = &answer
	}
	return out, m.marks
}

// marker notes what a redactor masks in one exchange.
type marker struct {
	redactor *Redactor
	marks    []capture.Redaction
	// depth is how many messages inside of one another are being masked.
	depth int
}

// maxMarks bounds the notes on one exchange; masking goes on without them.
const maxMarks = 1000

func (m *marker) note(where, kind, rule string) {
	if len(m.marks) < maxMarks {
		m.marks = append(m.marks, capture.Redaction{Where: where, Kind: kind, Rule: rule})
	}
}

// text masks the secrets that can be told by their looks, wherever they stand.
func (m *marker) text(where, s string) string {
	for _, l := range m.redactor.looks {
		if !slices.ContainsFunc(l.hints, func(hint string) bool { return strings.Contains(s, hint) }) {
			continue
		}
		if masked := l.expr.ReplaceAllString(s, l.mask); masked != s {
			m.note(where, "credential", l.rule)
			s = masked
		}
	}
	return s
}

// name is a header, parameter or member name in the form that rules compare: in
// lower case and without separators.
func name(s string) string {
	out := make([]byte, 0, len(s))
	for _, c := range []byte(s) {
		switch {
		case c == '-', c == '_', c == '.', c == ' ':
		case 'A' <= c && c <= 'Z':
			out = append(out, c+'a'-'A')
		default:
			out = append(out, c)
		}
	}
	return string(out)
}
