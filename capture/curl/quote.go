package curl

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quote returns s as one word of bash. Plain text stands between single quotes,
// where nothing has a meaning. Text with control, format or broken characters
// takes the form $'…': a pasted line break, tab or terminal sequence would do
// something, and an invisible character would hide something. NUL bytes are
// dropped, because no argument can hold one.
func quote(s string) string {
	s = strings.ReplaceAll(s, "\x00", "")
	if utf8.ValidString(s) && strings.IndexFunc(s, hidden) < 0 {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		b.WriteString(ansi(r, s[:size]))
		s = s[size:]
	}
	b.WriteString("'")
	return b.String()
}

// bare returns s as one word of bash, without quotes where it is only letters.
func bare(s string) string {
	if strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == "" {
		return s
	}
	return quote(s)
}

// ansi returns one character for the inside of $'…'. The exclamation mark is
// spelled out because an interactive bash may look for history there.
func ansi(r rune, text string) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r == '\'' || r == '\\':
		return `\` + text
	case r == '!' || hidden(r) || r == utf8.RuneError && len(text) == 1:
		return bytewise(text)
	}
	return text
}

// bytewise spells text as bytes. It always takes two digits, so a digit that
// follows is not drawn in.
func bytewise(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, `\x%02x`, text[i])
	}
	return b.String()
}

// hidden reports whether r acts on a terminal or a text instead of being seen
// in it: controls, and the format characters that turn or join text.
func hidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
