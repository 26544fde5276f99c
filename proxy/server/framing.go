package server

import (
	"bytes"
	"strconv"
	"strings"
)

// bodyFraming tells where a body ends (RFC 9112, section 6).
type bodyFraming struct {
	// left is what is left of the body, or of a chunk.
	left    int64
	chunked bool
	// ending is set when the line end behind a chunk is due.
	ending bool
	// trailer is set after the last chunk.
	trailer bool
	// upgrade is set when another protocol may follow the body.
	upgrade bool
}

// endless is what is left of a body whose end can't be told.
const endless = 1<<63 - 1

// framingOf returns how the body of a request ends. When that is not certain, the
// rest of the connection has to pass verbatim.
func framingOf(head []byte) (b bodyFraming, verbatim bool) {
	lengths, codings := 0, 0
	for line := range bytes.Lines(head) {
		name, value, ok := strings.Cut(string(line), ":")
		value = strings.TrimSpace(value)
		switch {
		case !ok:
		case name != strings.TrimSpace(name), likeFraming(name):
			verbatim = true
		case strings.EqualFold(name, "Content-Length"):
			n, err := strconv.ParseUint(value, 10, 63)
			lengths, b.left, verbatim = lengths+1, int64(n), verbatim || err != nil || value[0] == '+'
		case strings.EqualFold(name, "Transfer-Encoding"):
			codings, b.chunked, verbatim = codings+1, true, verbatim || !strings.EqualFold(value, "chunked")
		case strings.EqualFold(name, "Upgrade"):
			b.upgrade = true
		}
	}
	return b, verbatim || lengths+codings > 1
}

// likeFraming reports whether some gateways take a name for one that frames messages:
// to them an underscore is a hyphen.
func likeFraming(name string) bool {
	plain := strings.ReplaceAll(name, "_", "-")
	return plain != name && (strings.EqualFold(plain, "Content-Length") || strings.EqualFold(plain, "Transfer-Encoding"))
}

// line takes a line between the data of chunks. One that can't be read leaves
// the body without an end, so that all that follows passes as it is.
func (b *bodyFraming) line(line string) {
	text, whole := strings.CutSuffix(line, "\r\n")
	switch {
	case !whole:
		b.left = endless
	case b.ending:
		b.ending = false
		if text != "" {
			b.left = endless
		}
	case b.trailer:
		b.chunked = text != ""
	default:
		b.size(text)
	}
}

func (b *bodyFraming) size(text string) {
	digits, _, _ := strings.Cut(text, ";")
	n, err := strconv.ParseUint(strings.TrimSpace(digits), 16, 62)
	switch {
	case err != nil:
		b.left = endless
	case n == 0:
		b.trailer = true
	default:
		b.left, b.ending = int64(n), true
	}
}
