package tap

import "bytes"

// Reasons not to follow an HTTP/1 connection any further. They are constants, so
// none holds a byte of what was sent.
const (
	oddLineEnd  = "a line does not end with CR LF"
	oddReturn   = "a line holds a lone CR"
	tooLong     = "a head, a trailer section, or a line of a chunked body is too long"
	tooMany     = "a head or a trailer section has too many fields"
	oddRequest  = "a request line cannot be read"
	oddStatus   = "a status line cannot be read"
	oddField    = "a field line cannot be read"
	oddLength   = "a Content-Length is no number, or there are several that differ"
	oddTransfer = "a Transfer-Encoding is not just chunked, or stands where none may"
	twoFramings = "a message has both a Transfer-Encoding and a Content-Length"
	oddBodiless = "a message that cannot have a body announces one"
	oddChunk    = "a chunk cannot be read"
	tooEarly    = "bytes followed a CONNECT or Upgrade before its answer"
	tooDeep     = "too many requests wait for an answer"
	unasked     = "the vendor sent what no request had asked for"
	answeredMid = "the vendor answered before the head of the request was complete"
	unordered   = "an answer to an earlier request on the connection cannot be read"
)

// lineReader collects the lines of a head, of a trailer section, or of a chunk.
// Every line has to end with CR LF and hold no other CR: what else there is,
// recipients take in different ways (RFC 9112, section 2.2). Only a section without
// any CR can be taken in one way alone, where at all.
type lineReader struct {
	// takesBare reports that such a section is taken, bare that this is one.
	takesBare, bare bool
	// buf holds what came, when it came in parts.
	buf []byte
	// line is where the present line begins, seen is how far it was looked for
	// an end, count is the number of lines that have one.
	line, seen, count int
}

// bufKept is the capacity above which an empty buffer is given back.
const bufKept = 8 << 10

func (r *lineReader) isEmpty() bool { return len(r.buf) == 0 }

// reset begins anew. What read returned last is no longer valid.
func (r *lineReader) reset() {
	buf := r.buf[:0]
	if cap(buf) > bufKept {
		buf = nil
	}
	*r = lineReader{buf: buf, takesBare: r.takesBare}
}

// read takes lines from p up to an empty one, or just one line, and at most
// limit bytes. It returns the number of bytes taken from p, whether it has come
// to the end, and the whole text of the lines. An odd line ends them with the
// reason; the text is then what stands before that line. The text is valid
// until reset.
func (r *lineReader) read(p []byte, limit int, single bool) (text []byte, n int, done bool, odd string) {
	src, before := p, len(r.buf)
	if before > 0 {
		r.buf = append(r.buf, p[:min(len(p), limit-before)]...)
		src = r.buf
	}
	for {
		i := bytes.IndexByte(src[r.seen:], '\n')
		if i < 0 {
			break
		}
		end := r.seen + i + 1
		line := src[r.line:end]
		if odd = r.check(line, end, limit); odd != "" {
			return src[:r.line], end - before, false, odd
		}
		r.line, r.seen = end, end
		r.count++
		if single || len(line) == r.lineEnd() {
			return src[:end], end - before, true, ""
		}
	}
	if len(src) >= limit {
		return src[:r.line], len(p), false, tooLong
	}
	r.seen = len(src)
	if before == 0 {
		r.buf = append(r.buf, p...)
		src = r.buf
	}
	return src[:r.line], len(p), false, ""
}

// lineEnd is the length of what ends a line.
func (r *lineReader) lineEnd() int {
	if r.bare {
		return len("\n")
	}
	return len("\r\n")
}

func (r *lineReader) check(line []byte, end, limit int) string {
	cr := bytes.IndexByte(line, '\r')
	if r.count == 0 {
		r.bare = r.takesBare && cr < 0
	}
	switch {
	case end > limit:
		return tooLong
	case r.count > 1+fieldLimit:
		return tooMany
	case (cr < 0) != r.bare:
		return oddLineEnd
	case r.bare:
	case cr != len(line)-2:
		return oddReturn
	}
	return ""
}
