package fingerprint

import (
	"strings"
	"unicode"
)

// maxMessage is how many bytes of a message tell it from others.
const maxMessage = 512

// normal returns the words of a message without what differs from call to call:
// numbers, identifiers, addresses, quoted values, and masks.
func normal(message string) string {
	if len(message) > maxMessage {
		message = message[:maxMessage]
	}
	message = unquoted(strings.ToLower(strings.ToValidUTF8(message, "")))
	var words []string
	for word := range strings.FieldsSeq(message) {
		if word = normalWord(word); len(words) == 0 || word != varied || words[len(words)-1] != varied {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// varied stands for a value.
const varied = "?"

func normalWord(word string) string {
	word = strings.TrimFunc(word, func(r rune) bool { return unicode.IsPunct(r) && r != '<' && r != '>' && r != '?' })
	if strings.ContainsAny(word, "0123456789@/<>=?") {
		return varied
	}
	return word
}

// unquoted puts the sign of a value for every quotation. A quotation begins where
// a word does, so the apostrophe of "can't" is none.
func unquoted(s string) string {
	var out strings.Builder
	runes := []rune(s)
	for i := 0; i < len(runes); i++ {
		end := closing(runes, i)
		if end < 0 {
			out.WriteRune(runes[i])
			continue
		}
		out.WriteString(" " + varied + " ")
		i = end
	}
	return out.String()
}

// closing returns the index of the sign that ends the quotation that begins at i,
// or -1 when none begins there.
func closing(runes []rune, i int) int {
	ends := map[rune]rune{'"': '"', '\'': '\'', '`': '`', '“': '”', '‘': '’', '«': '»'}
	end, ok := ends[runes[i]]
	if !ok || i > 0 && (unicode.IsLetter(runes[i-1]) || unicode.IsDigit(runes[i-1])) {
		return -1
	}
	for j := i + 1; j < len(runes); j++ {
		after := j + 1
		if runes[j] == end && (after == len(runes) || !unicode.IsLetter(runes[after]) && !unicode.IsDigit(runes[after])) {
			return j
		}
	}
	return -1
}
