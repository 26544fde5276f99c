package fingerprint

import (
	"net/url"
	"strings"
)

// maxSegments is the depth beyond which a path is cut.
const maxSegments = 32

// template replaces the segments of an escaped path that are values. Segments
// keep their letters, so /V1 and /v1 stay apart, as they are for a server.
func (c classifier) template(escaped string) string {
	path := strings.TrimPrefix(escaped, "/")
	// SplitN makes room for as many parts as it may return.
	segments := strings.SplitN(path, "/", min(strings.Count(path, "/"), maxSegments)+1)
	if len(segments) > maxSegments {
		segments[maxSegments] = "…"
	}
	before, changed := "", !strings.HasPrefix(escaped, "/")
	for i, s := range segments {
		// Parameters of a segment (RFC 3986 section 3.3) hold session ids.
		name, _, _ := strings.Cut(s, ";")
		plain := unescape(name)
		if value, ok := c.segment(plain[:min(len(plain), maxSegment)], before); ok {
			name = value
		}
		changed = changed || name != s || i == maxSegments
		segments[i], before = name, plain
	}
	if !changed {
		return escaped
	}
	return "/" + strings.Join(segments, "/")
}

func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}
