package desk

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible makes everything seen that would otherwise act on the reader instead of
// being read: control characters, those that turn the direction of writing or
// take no room, and bytes that are no text. Line breaks and tabs stay.
func visible(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); {
		r, width := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && width == 1:
			fmt.Fprintf(&out, "⟨%02X⟩", s[i])
		case r == '\n', r == '\t', r == '\r' && strings.HasPrefix(s[i+1:], "\n"):
			out.WriteRune(r)
		case r < ' ':
			out.WriteRune('␀' + r)
		case r == 0x7f:
			out.WriteRune('␡')
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			fmt.Fprintf(&out, "⟨U+%04X⟩", r)
		default:
			out.WriteRune(r)
		}
		i += width
	}
	return out.String()
}
