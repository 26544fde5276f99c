package curl

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quote returns s as one word of a POSIX shell. Plain text stands between single quotes,
// where nothing has a meaning. Text with control, format or broken characters is printed
// ("$(printf '…')", for not every shell knows $'…'): a pasted tab or terminal sequence
// would do something, and an invisible character would hide something. NUL bytes are
// dropped, because no argument can hold one.
func quote(s string) string {
	s = strings.ReplaceAll(s, "\x00", "")
	if utf8.ValidString(s) && strings.IndexFunc(s, hidden) < 0 {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	// A shell takes line breaks at the end away from what was printed.
	text := strings.TrimRight(s, "\n")
	breaks := s[len(text):]
	var b strings.Builder
	if text != "" {
		b.WriteString(`"$(printf '`)
		if option, ok := strings.CutPrefix(text, "-"); ok {
			b.WriteString(bytewise("-"))
			text = option
		}
		for len(text) > 0 {
			r, size := utf8.DecodeRuneInString(text)
			b.WriteString(printed(r, text[:size]))
			text = text[size:]
		}
		b.WriteString(`')"`)
	}
	if breaks != "" {
		b.WriteString("'" + breaks + "'")
	}
	return b.String()
}

// bare returns s as one word of a shell, without quotes where it is only letters.
func bare(s string) string {
	if strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == "" {
		return s
	}
	return quote(s)
}

// printed returns one character of a format of printf (POSIX.1-2024, printf) inside of
// single quotes. The exclamation mark is spelled out because an interactive bash may look
// for history there.
func printed(r rune, text string) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r == '\\':
		return `\\`
	case r == '%':
		return `%%`
	case r == '\'' || r == '!' || hidden(r) || r == utf8.RuneError && len(text) == 1:
		return bytewise(text)
	}
	return text
}

// bytewise spells text as bytes. It always takes three digits, so a digit that
// follows is not drawn in.
func bytewise(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, `\%03o`, text[i])
	}
	return b.String()
}

// hidden reports whether r acts on a terminal or a text instead of being seen
// in it: controls, and the format characters that turn or join text.
func hidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
