package fingerprint

import (
	"net/url"
	"strings"
)

// maxSegments is the depth beyond which a path is cut.
const maxSegments = 32

// template replaces the segments of an escaped path that are values, and appends what
// comes of it. Segments keep their letters, so /V1 and /v1 stay apart, as they are for a
// server.
func (c classifier) template(to []byte, escaped string) []byte {
	rest, more, before := strings.TrimPrefix(escaped, "/"), true, ""
	for i := 0; more; i++ {
		if i == maxSegments {
			return append(to, "/…"...)
		}
		var s string
		s, rest, more = strings.Cut(rest, "/")
		// Parameters of a segment (RFC 3986 section 3.3) hold session ids.
		name, _, _ := strings.Cut(s, ";")
		plain := unescape(name)
		isVersion := more && (c.release.MatchString(plain) || i == 0 && (len(plain) == 1 && numeric(plain) || c.date.MatchString(plain)))
		if value, ok := c.segment(plain[:min(len(plain), maxSegment)], before); ok && !isVersion {
			name = value
		}
		to, before = append(append(to, '/'), name...), plain
	}
	return to
}

func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}
