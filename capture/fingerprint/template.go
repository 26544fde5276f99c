// Package fingerprint decides which failures are the same problem: it reduces a
// path to its template, and a failure to the key of its group.
package fingerprint

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	maxSegments = 32
	// maxLiteral is the longest segment that can be a name somebody gave.
	maxLiteral = 48
	parameter  = "{id}"
)

// classifier recognises the segments that are values rather than names.
type classifier struct {
	version *regexp.Regexp
	values  []*regexp.Regexp
}

func newClassifier() classifier {
	var c classifier
	c.version = regexp.MustCompile(`^[vV][0-9]+(\.[0-9]+)*([a-z]+[0-9]*)?$`)
	for _, expr := range []string{
		`^[0-9]+$`,
		// UUID, RFC 9562.
		`^\{?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\}?$`,
		// ULID.
		`^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$`,
		`^(0x)?[0-9a-fA-F]*[0-9][0-9a-fA-F]*$`,
		// Dates and times, ISO 8601.
		`^[0-9]{4}-[0-9]{2}(-[0-9]{2}([T ].*)?)?$`,
		`^[^@\s]+@[^@\s]+$`,
		// CPF, and CNPJ with the letters that it may have from July 2026
		// (Instrução Normativa RFB 2.229/2024).
		`^[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}$`,
		`^[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-[0-9]{2}$`,
		`^[0-9A-Z]{12}[0-9]{2}$`,
		// Telephone numbers as Pix keys (E.164).
		`^\+[0-9]{8,15}$`,
		// EndToEndId and return id of Pix (Manual de Padrões para Iniciação do Pix).
		`^[ED][0-9]{20}[0-9A-Za-z]{11}$`,
		// A short kind before the value: chg_1a2b3c, ORD-2026-0001.
		`^[A-Za-z]{1,8}[_-][0-9A-Za-z_-]*[0-9][0-9A-Za-z_-]*$`,
		// Random letters and digits, such as the txid of Pix.
		`^[A-Za-z_~-]*[0-9][A-Za-z0-9_~-]{18,}$`,
	} {
		c.values = append(c.values, regexp.MustCompile(expr))
	}
	return c
}

func (c classifier) isValue(segment string) bool {
	if utf8.RuneCountInString(segment) > maxLiteral {
		return true
	}
	if c.version.MatchString(segment) {
		return false
	}
	for _, v := range c.values {
		if v.MatchString(segment) {
			return true
		}
	}
	return false
}

// template replaces the segments of an escaped path that are values. Segments
// keep their letters, so /V1 and /v1 stay apart, as they are for a server.
func (c classifier) template(escaped string) string {
	segments := strings.Split(strings.TrimPrefix(escaped, "/"), "/")
	if len(segments) > maxSegments {
		segments = append(segments[:maxSegments], "…")
	}
	for i, s := range segments {
		// Parameters of a segment (RFC 3986 section 3.3) hold session ids.
		s, _, _ = strings.Cut(s, ";")
		plain, err := url.PathUnescape(s)
		if err != nil {
			plain = s
		}
		if c.isValue(plain) {
			s = parameter
		}
		segments[i] = s
	}
	return "/" + strings.Join(segments, "/")
}
