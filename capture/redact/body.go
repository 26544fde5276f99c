package redact

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"flagrante/capture/decode"
	"flagrante/proxy"
)

// maxDecoded bounds, in bytes, how far a packed body is unpacked.
const maxDecoded = 4 << 20

// maxNesting bounds how deep bodies inside of bodies are looked at.
const maxNesting = 4

// body masks a captured body. A packed body in which something is masked is
// kept unpacked, since the mask cannot be put into packed bytes; one that can't
// be unpacked is not kept at all.
func (m *marker) body(where string, b proxy.Body, header proxy.Fields) proxy.Body {
	plain := decode.Body(b, header, maxDecoded)
	if plain.Err != nil && plain.Coding == "" && !utf8.Valid(plain.Data) {
		m.note(where, "unreadable", "content-coding")
		b.Data, b.Cut = nil, true
		return b
	}
	masked := m.bodyText(where, string(plain.Data), header.Get("Content-Type"), 0)
	packed := plain.Coding != ""
	// What lies beyond the bound was not looked at, so it is not kept either.
	if masked == string(plain.Data) && !(packed && plain.More) {
		return b
	}
	b.Decoded = b.Decoded || packed
	b.Cut = b.Cut || plain.More
	b.Data = []byte(masked)
	return b
}

// bodyText masks a body, or a part of one, by what it looks like: types are often
// wrong. Binary content, such as a picture, stays as it is.
func (m *marker) bodyText(where, s, contentType string, depth int) string {
	if boundary := boundaryOf(contentType); boundary != "" && depth < maxNesting {
		return m.multipart(where, s, boundary, depth)
	}
	if !utf8.ValidString(s) && bytes.IndexByte([]byte(s), 0) >= 0 {
		return s
	}
	start := strings.TrimLeft(s, " \t\r\n\ufeff")
	switch {
	case start == "":
		return s
	case start[0] == '<':
		s = m.xml(where, s)
	case isForm(s, contentType):
		s = m.pairs(where+"/", s)
	}
	// Streams of events and logs hold JSON between other lines.
	if strings.Contains(s, `":`) || strings.Contains(s, `" :`) || start[0] == '[' {
		s = m.json(where, s)
	}
	return m.text(where, s)
}

func isForm(s, contentType string) bool {
	return strings.Contains(strings.ToLower(contentType), "x-www-form-urlencoded") && !strings.HasPrefix(strings.TrimLeft(s, " \t\r\n"), "{")
}
