package tap

import (
	"strings"

	"flagrante/proxy"
)

// chunkLineLimit bounds the line before a chunk, extensions included.
const chunkLineLimit = 16 << 10

// bodyFraming is how the end of a body is found (RFC 9112, section 6).
type bodyFraming int

const (
	noBody bodyFraming = iota
	byLength
	byChunks
	byClose
)

// chunkPart is the part of a chunked body that comes next.
type chunkPart int

const (
	chunkSize chunkPart = iota
	chunkData
	chunkEnd
	chunkTrailer
)

// bodyReader finds the end of a body. It goes over the content by its length,
// never byte by byte.
type bodyReader struct {
	framing bodyFraming
	// left is what is missing of the body, or of the present chunk.
	left int64
	part chunkPart
	// cr reports that the CR after a chunk has come.
	cr      bool
	lines   lineReader
	trailer proxy.Fields
}

// begin starts a body of a length, which counts where the framing is byLength.
func (b *bodyReader) begin(framing bodyFraming, length int64) {
	b.lines.reset()
	*b = bodyReader{framing: framing, left: length, lines: b.lines}
	if framing == byLength && length == 0 {
		b.framing = noBody
	}
}

// read takes the next part of a body from p into the copy, which is nil when
// nobody wants one. It returns the number of bytes taken, whether the body is at
// its end, or the reason why it cannot be followed.
func (b *bodyReader) read(p []byte, into *bodyCopy) (n int, done bool, odd string) {
	switch b.framing {
	case noBody:
		return 0, true, ""
	case byLength:
		n = b.content(p, into)
		return n, b.left == 0, ""
	case byClose:
		if into != nil {
			into.write(p)
		}
		return len(p), false, ""
	}
	switch b.part {
	case chunkSize:
		n, odd = b.size(p)
	case chunkData:
		n = b.content(p, into)
		if b.left == 0 {
			b.part = chunkEnd
		}
	case chunkEnd:
		n, odd = 1, b.afterChunk(p[0])
	case chunkTrailer:
		return b.trailers(p)
	}
	return n, false, odd
}

func (b *bodyReader) content(p []byte, into *bodyCopy) int {
	n := int(min(b.left, int64(len(p))))
	if into != nil {
		into.write(p[:n])
	}
	b.left -= int64(n)
	return n
}

// size reads the line before a chunk.
func (b *bodyReader) size(p []byte) (int, string) {
	text, n, done, odd := b.lines.read(p, chunkLineLimit, true)
	if !done {
		return n, odd
	}
	size, ok := parseChunkSize(string(text[:len(text)-2]))
	b.lines.reset()
	if !ok {
		return n, oddChunk
	}
	b.left, b.part = size, chunkData
	if size == 0 {
		b.part = chunkTrailer
	}
	return n, ""
}

// afterChunk takes the CR LF after the data of a chunk, byte by byte so that
// nothing else passes for it.
func (b *bodyReader) afterChunk(c byte) string {
	switch {
	case !b.cr && c == '\r':
		b.cr = true
	case b.cr && c == '\n':
		b.cr, b.part = false, chunkSize
	default:
		return oddChunk
	}
	return ""
}

func (b *bodyReader) trailers(p []byte) (int, bool, string) {
	text, n, done, odd := b.lines.read(p, sectionLimit, false)
	if !done {
		return n, false, odd
	}
	if len(text) > 2 {
		var t head
		// The section has no start line; an empty one stands in for it.
		t, odd = parseHead("\r\n"+string(text), b.lines.count+1, nil)
		b.trailer = t.fields
		if t.chunked || t.length >= 0 {
			odd = oddField
		}
	}
	b.lines.reset()
	return n, odd == "", odd
}

// parseChunkSize reads the line before a chunk: hexadecimal digits, then perhaps
// blanks, then perhaps extensions (RFC 9112, section 7.1). Blanks without an
// extension are not in the grammar, but old servers pad with them, and no reader
// takes them for anything.
func parseChunkSize(line string) (int64, bool) {
	var n int64
	i := 0
	for ; i < len(line); i++ {
		digit, ok := hexDigit(line[i])
		if !ok {
			break
		}
		n = n<<4 | digit
	}
	rest := strings.TrimLeft(line[i:], " \t")
	ok := i > 0 && i <= 16 && n >= 0 && (rest == "" || rest[0] == ';') && strings.IndexByte(rest, 0) < 0
	return n, ok
}

func hexDigit(c byte) (int64, bool) {
	switch {
	case '0' <= c && c <= '9':
		return int64(c - '0'), true
	case 'a' <= c && c <= 'f':
		return int64(c-'a') + 10, true
	case 'A' <= c && c <= 'F':
		return int64(c-'A') + 10, true
	}
	return 0, false
}
