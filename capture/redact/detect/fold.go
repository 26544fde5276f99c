package detect

import (
	"slices"
	"strings"
)

// Fold returns a name in the form that rules compare: in lower case, without
// separators and without accents.
func Fold(name string) string {
	out := make([]byte, 0, len(name))
	for i, c := range name {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			out = append(out, byte(c))
		case 'A' <= c && c <= 'Z':
			out = append(out, byte(c)+'a'-'A')
		case c < 0x80:
			if c == '$' && i == 0 {
				out = append(out, '$')
			}
		default:
			out = append(out, plainLetter(c)...)
		}
	}
	return string(out)
}

// plainLetter is a letter without its accent, as Portuguese has them.
func plainLetter(c rune) string {
	if '！' <= c && c <= '～' { // Of full width.
		return Fold(string(c - '！' + '!'))
	}
	switch c {
	case 'á', 'à', 'â', 'ã', 'ä', 'Á', 'À', 'Â', 'Ã', 'Ä':
		return "a"
	case 'é', 'ê', 'è', 'É', 'Ê', 'È':
		return "e"
	case 'í', 'Í':
		return "i"
	case 'ó', 'ô', 'õ', 'ö', 'Ó', 'Ô', 'Õ', 'Ö':
		return "o"
	case 'ú', 'ü', 'Ú', 'Ü':
		return "u"
	case 'ç', 'Ç':
		return "c"
	case 'ñ', 'Ñ':
		return "n"
	}
	return string(c)
}

// FoldText returns prose in the form in which the same words are equal: in lower
// case, without accents, with single spaces.
func FoldText(s string) string {
	var out strings.Builder
	for i, word := range strings.Fields(strings.ToLower(s)) {
		if i > 0 {
			out.WriteByte(' ')
		}
		for _, c := range word {
			if c < 0x80 {
				out.WriteRune(c)
			} else {
				out.WriteString(plainLetter(c))
			}
		}
	}
	return out.String()
}

// segments splits the name of a nested field, such as user[senha] or
// cliente.endereco.rua, and returns its last two parts that are no numbers.
func segments(name string) (parent, last string) {
	if !strings.ContainsAny(name, ".[/") {
		return "", name
	}
	for _, part := range strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(".[]/", r) }) {
		if !allDigits(part) {
			parent, last = last, part
		}
	}
	return parent, last
}

// is reports whether a word is one of several.
func is(s string, words ...string) bool { return slices.Contains(words, s) }
