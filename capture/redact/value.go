package redact

import (
	"encoding/json"
	"html"
	"strings"

	"flagrante/capture/redact/detect"
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
// digits, times, and words of one line without what separates names from values.
func plainValue(v string) bool {
	if len(v) <= 32 && isTime(v) || isHash(v) {
		return true
	}
	digits, word := 0, 0
	for i := range len(v) {
		if word++; v[i] == ' ' {
			word = 0
		}
		switch c := v[i]; {
		case word > longWord:
			return false
		case '0' <= c && c <= '9':
			digits++
		case c == '\n' || c == '=' || c == ':' || c == '@' || c == '%' || c == '<' || c == '{' || c == '[' || c == '&' || c == '\\' || c == '"' || c == '\'' || c == '$' || c == '`' || c >= 0x7f:
			return false
		}
	}
	if digits == 0 {
		return len(v) < 16 || len(v) < 400 && strings.IndexByte(v, ' ') > 0 && !mayName(v) && !strings.Contains(v, "earer ") && !strings.Contains(v, "asic ") && !strings.Contains(v, "----")
	}
	return len(v) < 16 && digits < 8 && strings.IndexByte(v, ' ') < 0 && !(len(v) == 14 && detect.ValidCNPJ(v))
}

// longWord is how long words are, in bytes; what is longer may be a key that has no digit.
const longWord = 30

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
	return letters > 0 && digits > 0 && !hexOfText(v)
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
	}
	if out, ok := w.recordsIn(at, v); ok {
		return out, true
	}
	if out, ok := w.tagged(v); ok {
		return out, true
	}
	if strings.IndexByte(v, '\n') > 0 && w.again == nil {
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
	if strings.Contains(v, "=3D") || strings.Contains(v, "=\n") || strings.Contains(v, "=\r\n") {
		if out, ok := w.escaped(at, v, unescapeQuotedPrintable, escapeQuotedPrintable); ok {
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
	if out, ok := w.hex(at, v); ok {
		return out, true
	}
	if width := lineWidth(v); width > 0 {
		if out, ok := w.base64(at, strings.NewReplacer("\r", "", "\n", "").Replace(v)); ok {
			return wrapped(v, out, width), true
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
