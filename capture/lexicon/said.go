package lexicon

import (
	"net/http"
	"strings"

	"flagrante/capture/document"
)

// Good reports whether a text or a code tells of success.
func Good(said string) bool {
	said = strings.ToLower(strings.TrimSpace(said))
	if said != "" && strings.Trim(said, "0") == "" || len(said) == 3 && said[0] == '2' && strings.Trim(said, "0123456789") == "" {
		return true
	}
	good, spoiled, before := false, false, ""
	for word := range strings.FieldsFuncSeq(said, isBreak) {
		switch {
		case isFree(before) && begins(word, "erro", "falha", "fail", "fault"):
			return true
		case isFree(word):
			spoiled = spoiled || !good
		case isTaken(word):
			return false
		case isNegation(word), begins(word, badWords()...):
			return false
		case begins(word, goodWords()...) || word == "ok" || word == "up" || word == "null":
			if isFree(before) {
				return false
			}
			good = true
		}
		before = word
	}
	return good && !spoiled
}

func isBreak(r rune) bool { return strings.ContainsRune(" _-.,:;!?()[]\"'/\t\r\n", r) }

func isNegation(word string) bool {
	switch word {
	case "não", "nao", "not", "cannot", "never", "can't", "isn", "aren", "wasn", "doesn", "couldn", "won", "didn":
		return true
	}
	return false
}

// isTaken tells the words of what can't be done again: "já registrado".
func isTaken(word string) bool {
	return word == "já" || word == "ja" || word == "already" || word == "ya"
}

// Repeated reports whether a text or a code says that what was asked for had been done, or is
// there, before: "já processado", "TRANSACAO_DUPLICADA".
func Repeated(said string) bool {
	before := ""
	for word := range strings.FieldsFuncSeq(strings.ToLower(said), isBreak) {
		word = document.Fold(word)
		if word == "already" || begins(word, "duplic") || isTaken(before) && isDone(word) {
			return true
		}
		before = word
	}
	return false
}

// isDone tells the words that say with "já" before them that something has been, or is there:
// "já foi pago", "já incluído", and not "voltamos já" or "já estamos trabalhando".
func isDone(word string) bool {
	switch word {
	case "foi", "esta", "consta", "possui", "ha", "tem":
		return true
	}
	stem := strings.TrimRight(word, "aos")
	return begins(word, "exist") || stem != word && (strings.HasSuffix(stem, "ad") || strings.HasSuffix(stem, "id") || strings.HasSuffix(stem, "it") || stem == "pag")
}

// isFree tells the words that turn an error after them into a success, and a success
// into an error: "sem erros", "sem sucesso".
func isFree(word string) bool {
	switch word {
	case "sem", "no", "nenhum", "nenhuma", "without":
		return true
	}
	return false
}

func begins(word string, beginnings ...string) bool {
	for _, b := range beginnings {
		if strings.HasPrefix(word, b) {
			return true
		}
	}
	return false
}

func badWords() []string {
	return []string{
		"erro", "fail", "falh", "invalid", "inválid", "unsuccess", "insucesso", "recusad", "negad", "denied", "reject", "rejeit", "refus", "unauthor", "forbidden", "proibid",
		"expir", "unavail", "indispon", "imposs", "unable", "missing", "block", "bloque", "exceed", "exced", "unknown", "desconhecid", "insufici",
	}
}

func goodWords() []string {
	return []string{
		"sucesso", "success", "none", "aprovad", "approved", "autorizad", "authorized", "recebid", "received", "processad", "processed", "processing", "conclu", "complet", "criad", "created", "accepted",
		"aceit", "efetuad", "realizad", "confirmad", "confirmed", "pronto", "welcome", "bem", "pong", "healthy", "encontrad", "found", "enviad", "sent", "agendad", "registrad", "atualizad",
		"updated", "deleted", "exclu", "cancelad", "pago", "paid", "andamento", "pendente", "pending", "disponív", "available", "disabled", "enabled", "hello", "incluíd", "incluid", "gerad", "queued", "saved", "salv", "fixed", "corrigid", "resolv", "recover",
	}
}

// Tone is how bad a text sounds.
type Tone int

// The tones of texts, the worst first.
const (
	// Refusing texts leave no doubt that something was not done.
	Refusing Tone = -2
	// Unwell texts speak of something bad.
	Unwell Tone = -1
	Silent Tone = 0
	// Pleased texts tell of success. A message that was not bad counts as silent.
	Pleased Tone = 1
)

// maxTone is up to which length, in bytes, a text is a message and no article.
const maxTone = 400

// ToneOf returns the tone of a message.
func ToneOf(said string) Tone {
	said = strings.ToLower(strings.TrimSpace(said))
	if len(said) > maxTone || said == "" {
		return Silent
	}
	bad, refusal, good, emptiness := isPutOff(said), false, false, false
	before, free := "", false
	for word := range strings.FieldsFuncSeq(said, isBreak) {
		word = document.Fold(word)
		free = free || isFree(before)
		switch {
		case isFree(before) && begins(word, "err", "falh", "fail", "fault", "problem"):
			good = true
		case isFree(before) && begins(word, "permi", "saldo", "autoriz", "acesso", "access", "limite", "conex", "margem", "sucesso", "resposta"):
			refusal = true
		case free && begins(word, "availab", "dispon"):
			emptiness = true
		case begins(word, "encontrad", "found", "localizad", "result", "registro", "record") || word == "ha" || word == "existem" || word == "constam":
			emptiness = emptiness || refusal || free
		case isDenial(word):
			refusal = true
		case begins(word, badStems()...):
			bad = true
		case begins(word, goodWords()...) || word == "ok":
			good = good || !refusal
		}
		before = word
	}
	switch {
	case Good(said):
		return Pleased
	case emptiness && !bad && !namesPlace(said):
		return Unwell
	case (bad || refusal || emptiness) && !good:
		return Refusing
	case bad || refusal:
		return Unwell
	}
	return Silent
}

// namesPlace tells texts that speak of an address that does not exist, and not of an
// empty result.
func namesPlace(said string) bool {
	for _, place := range []string{"resource", "recurso", "route", "rota ", "endpoint", "request uri", " url"} {
		if strings.Contains(said, place) {
			return true
		}
	}
	return false
}

// isPutOff tells the phrases that ask to come again.
func isPutOff(said string) bool {
	for _, phrase := range []string{"em manuten", "under maintenance", "down for maintenance", "tente novamente", "tente mais tarde", "try again", "intente nuevamente", "fora do ar", "out of service"} {
		if strings.Contains(said, phrase) {
			return true
		}
	}
	return false
}

// isDenial tells words that turn what follows into its contrary, or that stand for that.
func isDenial(word string) bool {
	switch word {
	case "nao", "not", "cannot", "never", "can't", "couldn", "doesn", "isn", "aren", "wasn", "won", "don", "didn", "ya", "nicht", "kein", "keine", "pas", "nunca", "nenhum", "nenhuma", "ninguno", "unable", "must", "deve", "required", "ja", "already", "debe", "doit", "muss":
		return true
	}
	return false
}

// badStems are beginnings of words of failing, folded.
//
//nolint:misspell // The words of other languages are spelt otherwise.
func badStems() []string {
	return []string{
		"err", "fehl", "fail", "falh", "fall", "fault", "invalid", "inval", "incorre", "unsuccess", "insucess", "recus", "recha", "refus", "negad", "deneg", "denied", "deny", "reject", "rejeit", "unauthor", "forbid", "proib", "prohib",
		"expir", "vencid", "caduc", "unavail", "indispon", "imposs", "missing", "ausent", "block", "bloque", "exceed", "exced", "unknown", "desconhec", "insufic", "insuffic", "inexist", "inesperad", "unexpected", "obrigator", "obligator", "requerid",
		"timeout", "timed", "duplic", "instab", "nulo", "cannot", "conflict", "conflit", "illegal", "ilegal", "malform", "incompat", "diverg", "interromp", "paralis", "revog", "revoke", "overload", "sobrecarg", "esgotad", "exhaust", "throttl", "corromp", "corrupt", "exception", "excec",
		"violac", "violat", "unsupported", "wrong", "ungultig", "gescheitert", "abgelehnt", "gesperrt", "echou", "echec", "interdit", "absent", "introuvable", "gefunden", "encerrad", "inativ", "inactiv", "crash", "panic", "bad", "fora", "fuera", "outside", "suspens", "suspend",
	}
}

// longestPhrase is the length of the longest, in bytes.
const longestPhrase = len("Network Authentication Required")

// IsPhrase tells the texts that only repeat a status that is an error (RFC 9110 section 15).
func IsPhrase(said string) bool {
	if said == "" || len(said) > longestPhrase {
		return false
	}
	for status := http.StatusBadRequest; status < 600; status++ {
		if phrase := http.StatusText(status); phrase != "" && strings.EqualFold(phrase, said) {
			return true
		}
	}
	return false
}
