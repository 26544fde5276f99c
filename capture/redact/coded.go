package redact

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"
)

// percents masks what is percent-encoded: the value, or the words of a text. What is
// JSON there is looked at by itself, for its strings may have spaces.
func (w *walk) percents(at place, v string) (string, bool) {
	if !strings.ContainsAny(v, " \t\r\n") {
		return w.escaped(at, v, percentDecoded, escapeURL)
	}
	var out strings.Builder
	found := false
	for rest := v; rest != ""; {
		start := jsonStart(rest)
		if start < 0 {
			start = len(rest)
		}
		masked, ok := w.percentWords(rest[:start])
		out.WriteString(masked)
		found = found || ok
		end := start + jsonLength(rest[start:])
		out.WriteString(rest[start:end])
		rest = rest[end:]
	}
	if !found {
		return v, false
	}
	return w.text(at, out.String()), true
}

// percentWords masks the percent-encoded words of a text.
func (w *walk) percentWords(v string) (masked string, found bool) {
	var out strings.Builder
	for rest := v; rest != ""; {
		n := strings.IndexAny(rest, " \t\r\n")
		if n < 0 {
			n = len(rest)
		}
		word := rest[:n]
		if strings.IndexByte(word, '%') >= 0 {
			masked, ok := w.percentWord(word)
			word, found = masked, found || ok
		}
		out.WriteString(word)
		end := n + len(rest[n:]) - len(strings.TrimLeft(rest[n:], " \t\r\n"))
		out.WriteString(rest[n:end])
		rest = rest[end:]
	}
	return out.String(), found
}

// percentWord masks a word: an address as one, whose parts are escaped on their own.
func (w *walk) percentWord(word string) (masked string, found bool) {
	start, end := addressIn(word)
	if end == 0 {
		return w.escaped(place{}, word, percentDecoded, escapeURL)
	}
	masked = word[:start] + w.url(word[start:end]) + word[end:]
	return masked, masked != word
}

// addressIn returns where an absolute address starts and ends in a word, 0 and 0 where
// there is none.
func addressIn(word string) (start, end int) {
	colon := strings.Index(word, "://")
	for start = colon; start > 0 && (wordByte(word[start-1]) && word[start-1] < 0x80 || strings.IndexByte("+-.", word[start-1]) >= 0); {
		start--
	}
	if colon <= start {
		return 0, 0
	}
	if n := strings.IndexAny(word[colon:], "\"'`<>|\\"); n >= 0 {
		return start, colon + n
	}
	return start, len(word)
}

func unescapeJSON(s string) (string, bool) {
	var plain string
	if json.Unmarshal([]byte(`"`+s+`"`), &plain) == nil {
		return plain, true
	}
	return s, false
}

func escapeJSON(s string) string {
	quoted := quote(s)
	return quoted[1 : len(quoted)-1]
}

// percentDecoded undoes what a form or a path has escaped; a form has a plus for a space.
func percentDecoded(s string) (string, bool) {
	undo := url.PathUnescape
	if strings.IndexByte(s, '+') >= 0 && !strings.Contains(s, "%20") {
		undo = url.QueryUnescape
	}
	plain, err := undo(s)
	return plain, err == nil && utf8.ValidString(plain)
}

// escapeURL escapes for any part of a URL; the colon of masks stays readable.
func escapeURL(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(s), "%3A", ":"), "+", "%20")
}

func escapeXML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(s)
}

// base64 masks text in base64, or in a data URL, and encodes it again.
func (w *walk) base64(at place, v string) (string, bool) {
	head := ""
	if strings.HasPrefix(v, "data:") {
		if i := strings.Index(v, ";base64,"); i > 0 {
			head, v = v[:i+8], v[i+8:]
		}
	}
	encoding := encodingOf(v)
	if encoding == nil {
		return v, false
	}
	if len(v) >= 40 && w.active(binaryKind) && (isFile(v) || isZlib(v, encoding)) {
		return head + w.whole(binaryKind, "encoded-file", v), true
	}
	// Most ids are no text in base64; the beginning shows it.
	var buffer [12]byte
	n, err := encoding.WithPadding(base64.NoPadding).Decode(buffer[:], []byte(v[:12]))
	if err == nil && n == len(buffer)-3 && len(v) >= 24 && w.active(binaryKind) && packedMap(string(buffer[:n])) {
		return head + w.whole(binaryKind, "encoded-file", v), true
	}
	if first := buffer[:n]; err != nil || n < 9 || hasControls(string(first)) || !utf8.Valid(first[:6]) && !utf8.Valid(first[:7]) && !utf8.Valid(first[:8]) {
		return head + v, false
	}
	plain, err := encoding.DecodeString(v)
	if err == nil && !utf8.Valid(plain) {
		if out, ok := w.latinRecords(string(plain)); ok {
			return head + encoding.EncodeToString([]byte(out)), true
		}
	}
	if err != nil || len(plain) < 8 || !utf8.Valid(plain) || hasControls(string(plain)) {
		return v, false
	}
	out := w.value(at, string(plain))
	if out == string(plain) {
		return head + v, true
	}
	return head + encoding.EncodeToString([]byte(out)), true
}

// isFile reports whether base64 begins as that of a certificate or key store (DER),
// a document, a picture or an archive does: nobody here can say what is in it.
func isFile(v string) bool {
	for _, start := range [...]string{"MII", "JVBERi0", "iVBORw0KGgo", "/9j/", "R0lGOD", "UEsDB", "H4sI", "UklGR", "Qk0", "SUkqA", "TU0AK", "0M8R4KGx", "/u3+7Q", "zs7Ozg", "QlpoOT", "/Td6WFo", "N3q8ryc", "KLUv/"} {
		if strings.HasPrefix(v, start) {
			return true
		}
	}
	return false
}

// isZlib reports whether base64 is that of something packed by zlib (RFC 1950).
func isZlib(v string, encoding *base64.Encoding) bool {
	if v[0] != 'e' || strings.IndexByte("AFJN", v[1]) < 0 {
		return false
	}
	packed, err := encoding.DecodeString(v)
	if err != nil {
		return false
	}
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return false
	}
	n, err := r.Read(make([]byte, 16))
	return n > 0 && (err == nil || errors.Is(err, io.EOF)) && r.Close() == nil
}

// encodingOf tells in which base64 a value may be, nil for none.
func encodingOf(v string) *base64.Encoding {
	if len(v) < 12 {
		return nil
	}
	body := strings.TrimRight(v, "=")
	padded, special := len(body) < len(v), byte(0)
	for i := range len(body) {
		switch c := body[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '+' || c == '/' || c == '-' || c == '_':
			special = c
		default:
			return nil
		}
	}
	switch urlSafe := special == '-' || special == '_'; {
	case urlSafe && padded:
		return base64.URLEncoding
	case urlSafe:
		return base64.RawURLEncoding
	case padded || len(v)%4 == 0:
		return base64.StdEncoding
	}
	return base64.RawStdEncoding
}

// hex masks text that is written as the hexadecimal digits of its bytes.
func (w *walk) hex(at place, v string) (string, bool) {
	if digits, ok := strings.CutPrefix(v, "0x"); ok {
		masked, found := w.hex(at, digits)
		return "0x" + masked, found
	}
	if len(v) < 16 || len(v)%2 > 0 || !hexOfText(v) {
		return v, false
	}
	upper := strings.ToUpper(v) == v
	return w.escaped(at, v, func(s string) (string, bool) {
		plain, err := hex.DecodeString(s)
		return string(plain), err == nil && utf8.Valid(plain) && !hasControls(string(plain))
	}, func(s string) string {
		coded := hex.EncodeToString([]byte(s))
		if upper {
			return strings.ToUpper(coded)
		}
		return coded
	})
}

// hexOfText reports whether the first eight bytes behind hexadecimal digits are those of
// text, as those of a checksum are by one chance in thousands.
func hexOfText(v string) bool {
	var first [8]byte
	if _, err := hex.Decode(first[:], []byte(v[:16])); err != nil {
		return false
	}
	for _, c := range first {
		if (c < ' ' || c > '~') && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

// lineWidth is how long the lines of base64 are that is broken into some (RFC 2045,
// section 6.8), 0 for other text.
func lineWidth(v string) int {
	width := strings.IndexByte(v, '\n')
	if width < 40 || width > 100 || strings.ContainsAny(v, " \t") {
		return 0
	}
	return len(strings.TrimSuffix(v[:width], "\r"))
}

// wrapped breaks base64 into lines as those of old.
func wrapped(old, coded string, width int) string {
	if strings.HasPrefix(coded, "<") {
		return coded // A mask.
	}
	end := "\n"
	if old[width] == '\r' {
		end = "\r\n"
	}
	var out strings.Builder
	for len(coded) > width {
		out.WriteString(coded[:width] + end)
		coded = coded[width:]
	}
	out.WriteString(coded)
	if strings.HasSuffix(old, "\n") {
		out.WriteString(end)
	}
	return out.String()
}
