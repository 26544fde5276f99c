package extract

import (
	"strings"

	"flagrante/capture/lexicon"
)

// joined puts what was wrong behind the words that point on to it.
func joined(pointer, message string) string {
	switch {
	case strings.Contains(message, pointer):
		return message
	case strings.Contains(pointer, message):
		return pointer
	}
	return strings.TrimRight(pointer, ".:;! ") + ": " + message
}

// isPhraseCode tells the codes that only repeat a status, such as "bad_request".
func isPhraseCode(code string) bool {
	return lexicon.IsPhrase(strings.ReplaceAll(code, "_", " "))
}

// pointsOn tells the messages that say no more than that something is wrong with a
// request, and leave it to what they are above to say what.
//
//nolint:misspell // The words of other languages are spelt otherwise.
func pointsOn(message string) bool {
	general := 0
	for _, word := range lexicon.Split(message) {
		switch word {
		case "the", "an", "is", "are", "one", "or", "more", "a", "o", "as", "os", "de", "da", "na", "no", "um", "uma", "e", "ou", "mais", "ha", "has", "foi", "foram", "in", "of", "there", "was", "were", "your", "sua", "with", "com", "see", "veja", "verifique", "check", "please", "favor", "por", "encontrado", "encontrados", "encontradas", "found", "occurred", "ocorreu", "ocorreram":
		case "error", "errors", "erro", "erros", "invalid", "invalido", "invalidos", "invalida", "validation", "validacao", "validate", "violacoes", "violacao", "violations", "exception", "failed", "failure", "falha", "falhou", "negocio", "business", "request", "requisicao", "dados", "data", "detalhes", "details", "campo", "campos", "field", "fields", "entrada", "input", "payload", "parametros", "parameters", "schema":
			general++
		default:
			return false
		}
	}
	return general > 0
}
