package judge

import (
	"bytes"
	"html"
	"strconv"
	"unicode/utf8"
)

// unescaped returns what a text holds behind the escapes for letters that are not ASCII,
// which many programs write for each accent: those of JSON (RFC 8259 section 7) and the
// references of XML and HTML. It is nil where there are none.
func unescaped(text []byte) []byte {
	var plain []byte
	if bytes.Contains(text, []byte(`\u`)) {
		plain = withoutUnicodeEscapes(text)
	}
	if bytes.Contains(text, []byte("&")) {
		if plain == nil {
			plain = text
		}
		plain = []byte(html.UnescapeString(string(plain)))
	}
	return plain
}

// withoutUnicodeEscapes writes letters for their escapes. What is none, or half of a
// letter, stays.
func withoutUnicodeEscapes(text []byte) []byte {
	const digits = 4
	plain := make([]byte, 0, len(text))
	for {
		before, after, found := bytes.Cut(text, []byte(`\u`))
		plain = append(plain, before...)
		if !found {
			return plain
		}
		letter, err := strconv.ParseUint(string(after[:min(digits, len(after))]), 16, 16)
		if err != nil || len(after) < digits || !utf8.ValidRune(rune(letter)) {
			plain, text = append(plain, `\u`...), after
			continue
		}
		plain, text = utf8.AppendRune(plain, rune(letter)), after[digits:]
	}
}
