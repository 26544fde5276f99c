package redact

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"unicode/utf8"
)

// value masks what is found in a value: in the message that it is, or in its
// text.
func (w *walk) value(at place, v string) string {
	if len(v) < 4 {
		return w.prose(at, v)
	}
	if w.again == nil && len(w.rules) == 0 && w.byhand == nil && plainValue(v) {
		return v
	}
	if w.depth < maxNesting {
		w.depth++
		defer func() { w.depth-- }()
		if out, ok := w.nested(at, v); ok {
			return out
		}
	}
	return w.text(at, v)
}

// plainValue tells values apart in which nothing can stand: short ones with few
// digits, times, and words without what separates names from values.
func plainValue(v string) bool {
	if len(v) <= 32 && isTime(v) || isHash(v) {
		return true
	}
	digits := 0
	for i := range len(v) {
		switch c := v[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c == '=' || c == ':' || c == '@' || c == '%' || c == '<' || c == '{' || c == '[' || c == '&' || c == '\\' || c == '"' || c == '\'' || c == '$' || c == '`' || c >= 0x7f:
			return false
		}
	}
	if digits == 0 {
		return len(v) < 16 || len(v) < 400 && strings.IndexByte(v, ' ') > 0 && !mayName(v) && !strings.Contains(v, "earer ") && !strings.Contains(v, "asic ") && !strings.Contains(v, "----")
	}
	return len(v) < 16 && digits < 8 && strings.IndexByte(v, ' ') < 0
}

// isHash reports a word of hexadecimal digits, small ones, letters and digits: an id or
// a checksum, in which no number of a person stands.
func isHash(v string) bool {
	if len(v) < 16 {
		return false
	}
	letters, digits := 0, 0
	for i := range len(v) {
		switch c := v[i]; {
		case '0' <= c && c <= '9':
			digits++
		case 'a' <= c && c <= 'f':
			letters++
		default:
			return false
		}
	}
	return letters > 0 && digits > 0
}

// mayName reports whether somebody's name may stand in a sentence: two words with
// capitals, one behind the other or not.
func mayName(v string) bool {
	capitals, last := 0, 'A' <= v[0] && v[0] <= 'Z'
	for i := 1; i < len(v); i++ {
		if v[i-1] != ' ' {
			continue
		}
		capital := 'A' <= v[i] && v[i] <= 'Z'
		if capital && last {
			return true
		}
		if last = capital; capital {
			capitals++
		}
	}
	return capitals > 1 || capitals > 0 && (strings.Contains(v, "Rua ") || strings.Contains(v, "Avenida "))
}

// isTime reports whether a value is a time of RFC 3339, or a date.
func isTime(v string) bool {
	const form = "0000-00-00T00:00:00"
	if len(v) < 10 {
		return false
	}
	for i := range min(len(v), len(form)) {
		if digit := '0' <= v[i] && v[i] <= '9'; digit != (form[i] == '0') || !digit && v[i] != form[i] && !(form[i] == 'T' && v[i] == ' ') {
			return false
		}
	}
	rest := v[min(len(v), len(form)):]
	for i := range len(rest) {
		if c := rest[i]; ('0' > c || c > '9') && c != '.' && c != ':' && c != '+' && c != '-' && c != 'Z' {
			return false
		}
	}
	return !strings.Contains(rest, "--") && len(rest) < 17 && (len(v) == 10 || len(v) >= 16)
}

// nested masks a message inside of a message: JSON, XML, a form, an address, or
// one of these in base64, escaped for a URL, for HTML or for a string.
func (w *walk) nested(at place, v string) (string, bool) {
	start := strings.TrimLeft(v, " \t\r\n\ufeff")
	switch {
	case start == "":
		return v, true
	case looksJSON(start):
		return w.json(v), true
	case start[0] == '<' && !opensWithMask(start) && strings.ContainsRune(start, '>'):
		return w.xml(v), true
	case strings.IndexByte(v, '\n') > 0 && w.again == nil:
		if out, ok := w.csv(v); ok {
			return out, true
		}
	}
	switch {
	case strings.Contains(v, "\ndata:"):
		return w.stream(v), true
	case strings.HasPrefix(v, "--") && leadingBoundary(v) != "":
		return w.multipart(v, leadingBoundary(v)), true
	case isURL(v):
		return w.url(v), true
	case isPairs(v):
		return w.pairs(v), true
	}
	if strings.Contains(v, `\"`) || strings.Contains(v, `\u`) {
		if out, ok := w.escaped(at, v, unescapeJSON, escapeJSON); ok {
			return out, true
		}
	}
	if strings.IndexByte(v, '%') >= 0 {
		if out, ok := w.percents(at, v); ok {
			return out, true
		}
	}
	if strings.Contains(v, "&quot;") || strings.Contains(v, "&lt;") || strings.Contains(v, "&#") {
		if out, ok := w.escaped(at, v, func(s string) (string, bool) { return html.UnescapeString(s), true }, escapeXML); ok {
			return out, true
		}
	}
	return w.base64(at, v)
}

// maxWork bounds what is looked at behind escapes in one exchange, in bytes; what
// lies beyond is not kept.
const maxWork = 48 << 20

// escaped masks a value in the form without its escapes. It has found nothing
// when there is nothing to mask, or nothing was escaped.
func (w *walk) escaped(at place, v string, undo func(string) (string, bool), redo func(string) string) (string, bool) {
	plain, ok := undo(v)
	if !ok || plain == v {
		return v, false
	}
	if w.work += len(v); w.work > maxWork {
		return w.whole(binaryKind, "too-nested", v), true
	}
	out := w.value(at, plain)
	if out == plain {
		return v, false
	}
	return redo(out), true
}

// percents masks what is percent-encoded: the value, or the words of a text. What is
// JSON there is looked at by itself, for its strings may have spaces.
func (w *walk) percents(at place, v string) (string, bool) {
	if strings.IndexAny(v, " \t\r\n") < 0 {
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
			masked, ok := w.escaped(place{}, word, percentDecoded, escapeURL)
			word, found = masked, found || ok
		}
		out.WriteString(word)
		end := n + len(rest[n:]) - len(strings.TrimLeft(rest[n:], " \t\r\n"))
		out.WriteString(rest[n:end])
		rest = rest[end:]
	}
	return out.String(), found
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

func percentDecoded(s string) (string, bool) {
	plain, err := url.PathUnescape(s)
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
	if len(v) >= 40 && w.active(binaryKind) && isFile(v) {
		return head + w.whole(binaryKind, "encoded-file", v), true
	}
	// Most ids are no text in base64; the beginning shows it.
	var buffer [12]byte
	n, err := encoding.WithPadding(base64.NoPadding).Decode(buffer[:], []byte(v[:12]))
	if first := buffer[:n]; err != nil || n < 9 || hasControls(string(first)) || !utf8.Valid(first[:6]) && !utf8.Valid(first[:7]) && !utf8.Valid(first[:8]) {
		return head + v, false
	}
	plain, err := encoding.DecodeString(v)
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
	for _, start := range [...]string{"MII", "JVBERi0", "iVBORw0KGgo", "/9j/", "R0lGOD", "UEsDB", "H4sI", "UklGR", "Qk0", "SUkqA", "TU0AK", "0M8R4KGx"} {
		if strings.HasPrefix(v, start) {
			return true
		}
	}
	return false
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

// isURL reports whether a value is an absolute address and nothing else.
func isURL(v string) bool {
	i := strings.Index(v, "://")
	return i > 0 && i < 16 && !strings.ContainsAny(v, " \t\r\n\"'{}") && strings.Trim(v[:i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+.-") == ""
}

// isPairs recognises a form: names and values, and nothing that no form has.
func isPairs(s string) bool {
	name, rest, ok := strings.Cut(s, "=")
	return ok && name != "" && !strings.ContainsAny(name, " /:?&<>\"{},;") && !strings.ContainsAny(rest, " \r\n\"<>{},;") && (strings.Contains(rest, "&") || strings.Contains(rest, "%")) &&
		!strings.HasSuffix(s, "=")
}

// unescaped reports whether a string stands in JSON as it is.
func unescaped(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x80 || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// quote writes a JSON string the way that most do: only what must be is escaped.
func quote(s string) string {
	if unescaped(s) {
		return `"` + s + `"`
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(s) != nil {
		return `"<secret>"`
	}
	return strings.TrimSuffix(out.String(), "\n")
}
