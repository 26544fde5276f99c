package judge

import "strings"

// isGood reports whether a text or a code tells of success.
func isGood(said string) bool {
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
		case isNegation(word), begins(word, badWords()...):
			return false
		case begins(word, goodWords()...) || word == "ok" || word == "up":
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
	case "não", "nao", "not", "cannot", "never":
		return true
	}
	return false
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
		"updated", "deleted", "exclu", "cancelad", "pago", "paid", "andamento", "pendente", "pending", "disponív", "available", "disabled", "enabled", "hello", "incluíd", "incluid", "gerad", "queued", "saved", "salv", "null",
	}
}

// isRefusal reports whether a text or a code has a word of refusal or denial in it.
func isRefusal(said string) bool {
	for word := range strings.FieldsFuncSeq(strings.ToLower(said), isBreak) {
		if isNegation(word) || isFree(word) || begins(word, "err") || begins(word, badWords()...) {
			return !isGood(said)
		}
	}
	return false
}

// isBad reports whether a text that stands alone says that the call was refused. What
// was not found is left out: many APIs say so of an empty result.
func isBad(said string) bool {
	said = strings.ToLower(strings.TrimSpace(said))
	for _, sign := range []string{
		"unauthorized", "forbidden", "access denied", "acesso negado", "não autorizado", "nao autorizado", "not authorized", "internal server error", "internal error", "erro interno", "erro ao ", "falha ao ",
		"falha na ", "erro na ", "erro no ", "failed to ", "error:", "erro:", "invalid ", "token inválido", "token expirado", "token expired", "service unavailable", "serviço indisponível", "bad request", "missing authentication", "too many requests", "rate limit", "validation failed",
	} {
		if strings.HasPrefix(said, sign) {
			return true
		}
	}
	return false
}
