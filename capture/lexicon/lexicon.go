// Package lexicon knows the words of which names in answers consist, in the languages
// that vendors write in: what is called an error, a code, a message, a success. It
// knows no vendor.
package lexicon

import (
	"strings"
	"unicode"

	"flagrante/capture/document"
)

// Class is a set of what the words of a name stand for.
type Class uint16

// What words stand for. Known is in the class of a name all of whose words answers to
// failed calls have; the others need only one word.
const (
	Error Class = 1 << iota
	Code
	Message
	// Caption is of what texts are called that data has too, such as "title".
	Caption
	// Success is a word such as "ok", and Done one for what was to be done, such as
	// "processado".
	Success
	Done
	// Status is of the words for an outcome or a kind, and State those of them which
	// things have too.
	Status
	State
	Severity
	// Check is of words such as "valid", which tell the result of a check.
	Check
	Known
)

// Has reports whether a class has something of other.
func (c Class) Has(other Class) bool { return c&other != 0 }

// Of returns what the words of a name stand for.
func Of(name string) Class {
	var class Class
	known := Known
	words := Words(name)
	for _, word := range words {
		c := classOf(word)
		class |= c
		known &= c
	}
	if len(words) == 0 {
		known = 0
	}
	return class&^Known | known
}

// Words returns the words of a name, folded, also of one that runs them together, as
// in "codretorno" or "listaerros".
func Words(name string) []string {
	folded := document.Fold(name)
	if classOf(folded) != 0 {
		return []string{folded}
	}
	if folded == "__type" {
		return []string{"type"}
	}
	var words []string
	for _, word := range Split(name) {
		if all := parts(word, maxParts); all != nil {
			words = append(words, all...)
			continue
		}
		words = append(words, word)
	}
	return words
}

// maxParts is of how many words one that runs them together may consist, and shortest
// how short they may be; the kind of a value, as in "cderro", may be shorter.
const (
	maxParts = 3
	shortest = 3
)

// parts returns the known words that run together in word, nil for none.
func parts(word string, most int) []string {
	if classOf(word) != 0 {
		return []string{word}
	}
	for i := len(word) - 2; i >= 2 && most > 1; i-- {
		head, tail := word[:i], word[i:]
		if classOf(head) == 0 || len(head) < shortest && (most < maxParts || !isPrefix(head)) || len(tail) < shortest && tail != "id" {
			continue
		}
		if rest := parts(tail, most-1); rest != nil {
			return append([]string{head}, rest...)
		}
	}
	return nil
}

// isPrefix tells the short words that programs put before a name for the kind of its value.
func isPrefix(word string) bool {
	switch word {
	case "cd", "nu", "nr", "ds", "tx", "id", "tp", "fl", "st", "is":
		return true
	}
	return false
}

// Split returns the words of a name such as "codigoErro", "HTTPStatus" or
// "COD_RETORNO", folded.
func Split(name string) []string {
	var words []string
	runes, start := []rune(name), 0
	cut := func(end int) {
		if word := strings.TrimRight(document.Fold(string(runes[start:end])), "0123456789"); word != "" {
			words = append(words, word)
		}
		start = end
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			cut(i)
			start = i + 1
		case i > start && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			cut(i)
		}
	}
	cut(len(runes))
	return words
}
