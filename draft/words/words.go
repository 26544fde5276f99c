// Package words is the catalogue of the sentences that drafts and desk are
// written in. Conclusions are kept as keys with values (capture.Reason), so
// that the same conclusion can be said in every language.
package words

import (
	_ "embed"
	"strings"

	"flagrante/capture"
	"flagrante/draft"
)

//go:embed pt-BR.txt
var portuguese string

//go:embed en.txt
var english string

// Say returns the sentence of r in lang.
func Say(lang draft.Lang, r capture.Reason) string { return Text(lang, r.Key, r.Args) }

// SayAll returns the sentences of reasons in lang; it is never nil.
func SayAll(lang draft.Lang, reasons []capture.Reason) []string {
	said := make([]string, 0, len(reasons))
	for _, r := range reasons {
		said = append(said, Say(lang, r))
	}
	return said
}

// Text returns the sentence called key in lang with args filled in. A key that
// the catalogue does not have is returned as it is, for a key that is seen can
// be mended. Args are inserted as they are: whoever shows the sentence must
// escape all of it.
func Text(lang draft.Lang, key string, args map[string]string) string {
	sentence, ok := find(lang, key)
	if !ok {
		return key
	}
	return strings.TrimSpace(fill(lang, sentence, args))
}

// Word returns the word for value in the family, such as the family "error"
// and the value "dns_error", or value itself when there is none.
func Word(lang draft.Lang, family, value string) string {
	if word, ok := find(lang, family+"."+value); ok {
		return word
	}
	return value
}

// find looks for a line "key = sentence". The catalogues are some kilobytes, so
// searching them costs less than keeping parsed copies in package state.
func find(lang draft.Lang, key string) (string, bool) {
	_, rest, ok := strings.Cut(catalogue(lang), "\n"+key+" = ")
	sentence, _, _ := strings.Cut(rest, "\n")
	return sentence, ok
}

func catalogue(lang draft.Lang) string {
	if lang == draft.English {
		return english
	}
	return portuguese
}
