package redact

import (
	"fmt"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"flagrante/capture/redact/detect"
	"flagrante/proxy"
)

// maxDecoded bounds, in bytes, how far a packed body is unpacked.
const maxDecoded = 4 << 20

// body masks a captured body. A packed body in which something is masked is kept
// unpacked, since the mask cannot be put into packed bytes; one that can't be
// unpacked, and what is no text, is kept as its size, type and digest only.
func (w *walk) body(b proxy.Body, header proxy.Fields) proxy.Body {
	w.path = w.path[:0]
	if len(b.Data) == 0 {
		return b
	}
	plain := w.unpacker.Body(b, header, maxDecoded)
	if plain.Err != nil && plain.Coding == "" && !plain.Uncoded && !utf8.Valid(plain.Data) {
		b.Data = []byte(w.unreadable(b.Data, b.Size, header.Get("Content-Type")))
		b.Decoded = true
		return b
	}
	text := w.textOf(plain.Data)
	if w.again != nil && !w.again.mayStand(text) && !w.pieces.mayStand(text) {
		return b
	}
	packed := plain.Coding != ""
	w.cut = !w.onlyHand() && (b.Cut || plain.More || plain.Err != nil || !b.Complete)
	masked := w.contentOnce(text, header.Get("Content-Type"))
	// What lies beyond the bound, or behind a fault, was not looked at, so it is not kept
	// either.
	if masked == text && !(packed && (plain.More || plain.Err != nil)) {
		return b
	}
	b.Decoded = b.Decoded || packed
	b.Cut = b.Cut || plain.More
	b.Data = []byte(masked)
	if w.written == nil {
		w.written = map[string]written{}
	}
	w.written[w.prefix] = written{b.Data, masked}
	return b
}

// written is a masked body in both forms.
type written struct {
	data []byte
	text string
}

// textOf returns data as a string: the second pass need not copy what the first one
// wrote.
func (w *walk) textOf(data []byte) string {
	if last := w.written[w.prefix]; len(data) > 0 && len(last.data) == len(data) && &last.data[0] == &data[0] {
		return last.text
	}
	return string(data)
}

// content masks a body, or a part of one, by what it looks like: types are often
// wrong.
func (w *walk) content(data, contentType string) string {
	if boundary := boundaryOf(data, contentType); boundary != "" && w.depth < maxNesting {
		w.depth++
		defer func() { w.depth-- }()
		return w.multipart(data, boundary)
	}
	text, charset, ok := asText(data, contentType)
	if !ok {
		return w.unreadable([]byte(data), int64(len(data)), contentType)
	}
	masked := w.plain(text, contentType)
	if masked == text {
		return data
	}
	if charset == nil {
		return masked
	}
	back, err := charset.NewEncoder().Bytes([]byte(masked))
	if err != nil {
		return w.unreadable([]byte(data), int64(len(data)), contentType)
	}
	return string(back)
}

// unreadable stands for what is not kept.
func (w *walk) unreadable(data []byte, size int64, contentType string) string {
	if !w.active(binaryKind) {
		return string(data)
	}
	w.note(binaryKind, "unreadable")
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = "unknown type"
	}
	return fmt.Sprintf("%s (%s, %d bytes)", w.masker.Of(binaryKind, string(data)), kind, size)
}

// asText returns data as UTF-8, with the charset that it was in, nil for UTF-8. It
// is not ok for what is no text.
func asText(data, contentType string) (text string, charset encoding.Encoding, ok bool) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = ""
	}
	charset = charsetOf(data, strings.ToLower(params["charset"]))
	if charset == nil && utf8.ValidString(data) {
		return data, nil, !hasControls(data) && !binaryType(kind, data)
	}
	if charset == nil {
		if end := len(data) - 3; end > 0 && utf8.ValidString(data[:end]) || hasUTF8Tail(data) {
			return data, nil, !hasControls(data)
		}
		if packedMap(data) {
			return data, nil, false
		}
		charset = charmap.ISO8859_1
	}
	plain, err := charset.NewDecoder().String(data)
	return plain, charset, err == nil && !hasControls(plain) && !binaryType(kind, plain)
}

// hasUTF8Tail reports whether only the last character is broken, as in a body that
// was cut off.
func hasUTF8Tail(data string) bool {
	for i := 1; i <= utf8.UTFMax && i < len(data); i++ {
		if utf8.ValidString(data[:len(data)-i]) {
			return true
		}
	}
	return false
}

// charsetOf tells the charset by its mark, its zeros, or its name.
func charsetOf(data, name string) encoding.Encoding {
	switch {
	case hasASCII(data): // Read as UTF-16 it would pass unseen.
	case len(data) > 3 && (data[0] == 0xff && data[1] == 0xfe || data[1] == 0 && data[3] == 0 && data[0] != 0):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case len(data) > 3 && (data[0] == 0xfe && data[1] == 0xff || data[0] == 0 && data[2] == 0 && data[1] != 0):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	if utf8.ValidString(data) {
		return nil
	}
	switch name {
	case "iso-8859-15":
		return charmap.ISO8859_15
	case "windows-1252", "cp1252":
		return charmap.Windows1252
	case "iso-8859-1", "latin1", "iso8859-1":
		return charmap.ISO8859_1
	}
	return nil
}

// hasASCII reports a few letters, digits or signs of ASCII in a row, as UTF-16 has none
// but for scripts with thousands of letters.
func hasASCII(data string) bool {
	run := 0
	for i := range len(data) {
		if run++; data[i] < ' ' || data[i] > '~' {
			run = 0
		}
		if run == 6 {
			return true
		}
	}
	return false
}

// hasControls reports characters that no text has.
func hasControls(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b && c != '\b' || c == 0x7f {
			return true
		}
	}
	return false
}

// binaryType reports whether a type is that of binary content, and the content
// does not look like something else.
func binaryType(kind, s string) bool {
	start := strings.TrimLeft(s, " \t\r\n\ufeff")
	if looksJSON(start) || strings.HasPrefix(start, "<") || detect.MaskLen(start) > 0 {
		return false
	}
	for _, part := range [...]string{"image/", "audio/", "video/", "font/", "grpc", "protobuf", "msgpack", "cbor", "avro", "/pdf", "/zip", "thrift"} {
		if strings.Contains(kind, part) && !strings.Contains(kind, "svg") {
			return true
		}
	}
	return strings.HasPrefix(start, "%PDF-")
}

// plain masks text by what it looks like.
func (w *walk) plain(s, contentType string) string {
	if w.cut {
		s = w.finished(s)
	}
	kind := strings.ToLower(contentType)
	start := strings.TrimLeft(s, " \t\r\n\ufeff")
	if out, ok := w.records(s); ok {
		return out
	}
	switch {
	case strings.Contains(kind, "x-www-form-urlencoded") && !looksJSON(start) && !strings.HasPrefix(start, "<"):
		return w.pairs(s)
	case strings.Contains(kind, "event-stream"):
		return w.stream(s)
	case looksJSON(start):
		return w.json(s)
	case strings.HasPrefix(start, "<") && !opensWithMask(start):
		return w.xml(s)
	}
	return w.value(place{}, s)
}

// lastFirstName returns where the first name begins that s ends with and a space, as the
// surname is not there any more that would tell it; the length of s when there is none.
func (w *walk) lastFirstName(s string) int {
	end := len(strings.TrimRight(s, " "))
	start := strings.LastIndexAny(s[:end], " \t\r\n=&,;\"':>(") + 1
	if end == len(s) || !w.scanner.FirstName(s[start:end]) {
		return len(s)
	}
	return start
}

// finished drops the last word of text that was cut off, which may be the
// beginning of anything, and the figures before it, which may be of the same number.
// JSON and XML look after themselves.
func (w *walk) finished(s string) string {
	start := strings.TrimLeft(s, " \t\r\n\ufeff")
	if looksJSON(start) || strings.HasPrefix(start, "<") || len(s) < 2 {
		return s
	}
	if end := w.lastFirstName(s); end < len(s) {
		w.note(cutKind, "cut-off")
		return s[:end]
	}
	end := strings.LastIndexAny(s, " \t\r\n=&,;\"") + 1
	last := figures(s[:end])
	if end == len(s) && last == 0 || end < len(s) && isMask(s[end:]) {
		return s
	}
	w.note(cutKind, "cut-off")
	return s[:end-last]
}

// figures is how long the words of figures alone are at the end of a text, spaces
// between them included: "+55 (11) ".
func figures(s string) int {
	rest := strings.TrimRight(s, "+()-./0123456789 ")
	if at := strings.IndexByte(s[len(rest):], ' '); at >= 0 && rest != "" {
		return len(s) - len(rest) - at - 1
	}
	return len(s) - len(rest)
}

// opensWithMask reports whether text begins with a mask. One without a pseudonym looks
// like an element of XML, which is closed later on.
func opensWithMask(s string) bool {
	n := detect.MaskLen(s)
	return n > 0 && (strings.IndexByte(s[:n], ':') > 0 || ofMask(s[1:n-1]) && !strings.Contains(s[n:], "</"+s[1:n-1]))
}

// ofMask reports the name of a kind that masks have: <html> is none.
func ofMask(name string) bool {
	kind := detect.Kind(name)
	return kind.IsSecret() || kind == binaryKind || kind == cutKind || slices.Contains(detect.Personal(), kind)
}

// isMask reports whether a word is a mask, escaped or not.
func isMask(word string) bool {
	return detect.MaskLen(word) == len(word) || strings.HasPrefix(word, "%3C") && strings.HasSuffix(word, "%3E")
}
