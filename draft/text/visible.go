package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns s with everything that a reader would not see, or that would
// make other text look different, written as a code: control characters (a
// terminal obeys them), format characters (they turn the direction of writing
// or take no room), line separators, and bytes that are not UTF-8. Line feeds
// and tabs stay; CR LF becomes LF.
func Visible(s string) string {
	if plain(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var out strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&out, "[0x%02X]", s[i])
		case r == '\n' || r == '\t' || !hidden(r):
			out.WriteRune(r)
		default:
			fmt.Fprintf(&out, "[U+%04X]", r)
		}
	}
	return out.String()
}

// OneLine is Visible for what must stay on one line: line feeds and tabs are
// codes as well.
func OneLine(s string) string {
	s = strings.ReplaceAll(Visible(s), "\n", "[U+000A]")
	return strings.ReplaceAll(s, "\t", "[U+0009]")
}

// plain reports whether s is printable ASCII with line feeds and tabs, as most
// text is.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || c < 0x20 && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

func hidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs)
}

// clip shortens s to at most limit runes, at the end of a word where one is
// near, and marks the cut with an ellipsis.
func clip(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	runes := []rune(s)[:limit-1]
	for i := len(runes); i > limit*2/3; i-- {
		if unicode.IsSpace(runes[i-1]) {
			runes = runes[:i-1]
			break
		}
	}
	return strings.TrimRight(string(runes), " ,;:.-–") + "…"
}
