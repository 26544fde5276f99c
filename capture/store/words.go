package store

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"flagrante/capture/decode"
)

// indexedBody is how much of each body is indexed, in bytes.
const indexedBody = 4 << 10

// words writes what can be sought in a message: its fields and the beginning of its
// body.
func (m message) words(b *strings.Builder, body []byte) {
	for _, fields := range [][]string{m.lines()} {
		for _, line := range fields {
			b.WriteString(line + "\n")
		}
	}
	text := decode.Body(m.Body.body(body), m.Header, indexedBody).Data
	b.WriteString(unescape(string(text)) + "\n")
}

func (m message) lines() []string {
	lines := make([]string, 0, len(m.Header)+len(m.Trailer))
	for _, f := range m.Header {
		lines = append(lines, f.Name+": "+f.Value)
	}
	for _, f := range m.Trailer {
		lines = append(lines, f.Name+": "+f.Value)
	}
	return lines
}

// unescape writes the characters that JSON may write as escapes, so that words with
// accents are found.
func unescape(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, `\`)
		b.WriteString(before)
		if !ok || rest == "" {
			return b.String()
		}
		unit, rest, ok := unit(rest)
		if !ok {
			b.WriteByte(' ')
			text = rest
			continue
		}
		if next, after, ok := unit2(rest); ok && utf16.IsSurrogate(unit) {
			unit, rest = utf16.DecodeRune(unit, next), after
		}
		b.WriteRune(unit)
		text = rest
	}
}

// unit reads an escape behind its backslash. Any but that of a code unit stands for
// no letter.
func unit(text string) (r rune, rest string, ok bool) {
	if text[0] != 'u' || len(text) < 5 {
		return 0, text[1:], false
	}
	n, err := strconv.ParseUint(text[1:5], 16, 16)
	if err != nil {
		return 0, text[1:], false
	}
	return rune(n), text[5:], true
}

// unit2 reads the second half of a pair, with its backslash.
func unit2(text string) (r rune, rest string, ok bool) {
	after, ok := strings.CutPrefix(text, `\`)
	if !ok || after == "" {
		return 0, text, false
	}
	return unit(after)
}
