package judge

import (
	"strings"

	"flagrante/capture/document"
	"flagrante/capture/lexicon"
)

// collectionNouns are of the names beside a list of records.
const collectionNouns = "total|totals|page|pages|pagina|paginas|count|limit|offset|size|next|previous|prev|cursor|took|hits"

// foreign returns how many filled members of o have a name that is not of the
// vocabulary, nor among the extra names, which are between "|". identity reports
// that o is a thing with an id of its own.
func foreign(o map[string]any, extra string) (n int, identity bool) {
	for name, value := range o {
		if isNothing(value) || strings.HasPrefix(name, "@") || listed(extra, document.Fold(name)) {
			continue
		}
		if !knows(name) || isName(document.Fold(name)) && !namesError(document.Scalar(value)) {
			n++
		}
		if isIdentity(document.Fold(name)) {
			identity = true
		}
	}
	return n, identity
}

// isNothing reports whether a value says nothing: empty ones, and texts of zeros and the
// least time of .NET as they stand for a number or a time that was not given.
func isNothing(value any) bool {
	text, ok := value.(string)
	return !document.Filled(value) || ok && (strings.Trim(text, "0 -:T") == "" || strings.HasPrefix(text, "0001-01-01T00:00"))
}

func isName(folded string) bool { return folded == "name" || folded == "nome" }

// namesError reports whether what is called a name is that of an error, such as
// "NotFound" or "valor_invalido", and not of a person or a thing.
func namesError(said string) bool {
	return !strings.Contains(said, " ") && (len(lexicon.Split(said)) > 1 || strings.HasSuffix(said, "Error"))
}

func listed(names, folded string) bool {
	for name := range strings.SplitSeq(names, "|") {
		if name == folded {
			return true
		}
	}
	return false
}

func isIdentity(folded string) bool {
	switch folded {
	case "id", "uuid", "sid", "txid", "createdat", "updatedat", "nossonumero":
		return true
	}
	return false
}

// knows reports whether a name consists of known words. "id", "data" and
// "url" say something only beside others.
func knows(name string) bool {
	switch document.Fold(name) {
	case "id", "data", "url":
		return false
	}
	return lexicon.Of(name).Has(lexicon.Known)
}

// only reports whether value is an object, or a list of objects, with no more
// than an error answer has: known names, the extra ones, and members that are empty.
func only(value any, extra string) bool {
	switch value := value.(type) {
	case map[string]any:
		n, _ := foreign(value, extra)
		return n == 0 && len(value) > 0
	case []any:
		for _, item := range value {
			o, ok := item.(map[string]any)
			if !ok || !only(o, extra) {
				return false
			}
		}
		return len(value) > 0
	}
	return false
}

// nearly reports whether value is an object with one foreign member at most and
// without an id of its own: beside a plain sign of an error that is enough.
func nearly(value any, extra string) bool {
	o, ok := value.(map[string]any)
	if !ok {
		return false
	}
	n, identity := foreign(o, extra)
	return n <= 1 && !identity && len(o) > 0
}

// flagged reports whether an object has a member such as "hasErrors" or "flagErro" that
// is true.
func flagged(value any) bool {
	o, ok := value.(map[string]any)
	if !ok {
		return false
	}
	for name, said := range o {
		words := lexicon.Words(name)
		if said == true && hasWord(words, "err|error|errors|erro|erros|fault|failure") && hasWord(words, "flag|has|is|tem|houve|possui|ocorreu|occurred|existe") {
			return true
		}
	}
	return false
}

// named returns the first filled scalar of an object whose name has a word of both
// lists, as in "cdErro" or "errorNumber".
func named(value any, of, what string) string {
	o, ok := value.(map[string]any)
	if !ok {
		return ""
	}
	for _, name := range document.Keys(o) {
		words := lexicon.Words(name)
		if said := document.Scalar(o[name]); said != "" && hasWord(words, of) && hasWord(words, what) {
			return said
		}
	}
	return ""
}

func hasWord(words []string, list string) bool {
	for _, word := range words {
		if listed(list, word) {
			return true
		}
	}
	return false
}

// isException tells the names of exceptions, perhaps behind their package.
func isException(said string) bool {
	return !strings.Contains(said, " ") && endsAsException(said)
}

func endsAsException(said string) bool {
	return strings.HasSuffix(said, "Exception") || strings.HasSuffix(said, "Error")
}

// isFaulty reports whether a code is that of an error even without a text: a status, a
// negative number, or a number behind a letter for an error, as in "E-44".
func isFaulty(code string) bool {
	rest := strings.TrimLeft(strings.ToLower(code), "e-_")
	return isStatus(code) || strings.HasPrefix(code, "-") || rest != code && rest != "" && strings.Trim(rest, "0123456789") == ""
}

// isStatus reports whether text begins with a status code of HTTP that is an error.
func isStatus(said string) bool {
	said, _, _ = strings.Cut(said, " ")
	return len(said) == 3 && (said[0] == '4' || said[0] == '5') && strings.Trim(said, "0123456789") == ""
}
