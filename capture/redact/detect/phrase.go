package detect

import "strings"

// namingOf is what a name at a place says of the value that begins at from: by itself, as
// an argument of a call, or together with the words before it.
func (f *finder) namingOf(name string, start, from int) Naming {
	naming, said := f.names.Of(strings.Trim(name, "-.")), Fold(name)
	if naming.Kind == "" {
		naming.Kind, naming.Strong = f.belowCall(start, name)
	}
	switch {
	case f.ofCode(start, said):
		return Naming{Kind: Token, Strong: true}
	case f.ofGrant(start, said), f.codeByChance(said, from):
		return Naming{Kind: Token}
	case f.ofPix(start, said):
		return Naming{Kind: PixKey, Strong: true}
	case f.ofVoter(start, said):
		return Naming{Kind: Titulo, Strong: true}
	case f.ofHealth(start, said):
		return Naming{Kind: CNS, Strong: true}
	case ofSession(said) && from+36 <= len(f.text) && isUUID(f.text[from:from+36]):
		return Naming{Kind: Token, Strong: true}
	case naming.Kind == "" && f.ofAccount(start, said):
		return Naming{Kind: Account, Strong: true}
	case naming.Kind == "" && naming.Person && f.numbered(from):
		return Naming{Kind: Document, Strong: true}
	}
	if naming.Kind == "" && !naming.Subject {
		naming.Kind = f.inTwoWords(start, said)
		naming.Strong = naming.Kind != ""
	}
	return naming
}

// inTwoWords is what a word says together with the one before it, as they are written in a
// sentence: tax id, phone number.
func (f *finder) inTwoWords(start int, folded string) Kind {
	if start < 3 || f.text[start-1] != ' ' {
		return ""
	}
	from := start - 1
	for from > 0 && isLetter(f.text[from-1]) {
		from--
	}
	if start-1-from < 2 {
		return ""
	}
	return f.names.exact[Fold(f.text[from:start-1])+folded]
}

// ofCode reports the name of a code in several words: código de verificação,
// verification code.
func (f *finder) ofCode(start int, folded string) bool {
	switch folded {
	case "verificacao", "seguranca", "confirmacao", "acesso", "autenticacao":
		return strings.HasSuffix(Fold(f.text[max(0, start-16):start]), "codigode")
	case "sms":
		return strings.HasSuffix(Fold(f.text[max(0, start-8):start]), "token")
	case "api", "aplicacao", "integracao":
		return strings.HasSuffix(Fold(f.text[max(0, start-16):start]), "chavede")
	case "eletronica":
		return strings.HasSuffix(Fold(f.text[max(0, start-16):start]), "assinatura")
	case "code", "codigo", "password":
		before := Fold(f.text[max(0, start-16):start])
		if words := strings.Fields(f.text[max(0, start-8):start]); len(words) > 0 && is(strings.ToLower(words[len(words)-1]), "seu", "your") {
			return true
		}
		return strings.HasSuffix(before, "verification") || strings.HasSuffix(before, "security") || strings.HasSuffix(before, "onetime") || strings.HasSuffix(before, "access")
	}
	return false
}

// ofAccount reports the name of an account in several words: conta corrente.
func (f *finder) ofAccount(start int, folded string) bool {
	if !is(folded, "corrente", "poupanca", "pagamento", "salario", "destino", "origem", "debito", "credito") {
		return false
	}
	before := Fold(f.text[max(0, start-12):start])
	return strings.HasSuffix(before, "conta") || strings.HasSuffix(before, "contade")
}

// ofVoter reports the name of the card of a voter: título de eleitor.
func (f *finder) ofVoter(start int, folded string) bool {
	return folded == "titulo" && f.votes(start) || is(folded, "eleitor", "eleitoral") && strings.Contains(Fold(f.text[max(0, start-12):start]), "titulo")
}

// votes reports a number behind a word that has the check digits of the card of a voter.
func (f *finder) votes(start int) bool {
	at, end := f.numberAt(start + wordLength(f.text[start:]))
	return end-at == 12 && ValidTitulo(f.text[at:end])
}

// ofHealth reports the name of the national health card: cartão SUS, cartão nacional de saúde.
func (f *finder) ofHealth(start int, folded string) bool {
	return is(folded, "sus", "saude") && strings.Contains(Fold(f.text[max(0, start-24):start]), "cartao")
}

// numbered reports that a number as long as that of a person or a company begins at i.
func (f *finder) numbered(i int) bool {
	n := 0
	for i+n < len(f.text) && isDigit(f.text[i+n]) {
		n++
	}
	return (n == 11 || n == 14) && (i+n == len(f.text) || !isWord(f.text[i+n]))
}

// ofGrant reports the code of a grant of OAuth, which is told from that of a payment by
// its looks.
func (f *finder) ofGrant(start int, folded string) bool {
	if folded != "code" && folded != "codigo" {
		return false
	}
	before := Fold(f.text[max(0, start-16):start])
	return strings.HasSuffix(before, "authorization") || strings.HasSuffix(before, "authentication")
}

// ofPix reports the name of a key of Pix in two words: chave Pix, chave aleatória.
func (f *finder) ofPix(start int, folded string) bool {
	return is(folded, "pix", "aleatoria", "dict", "evp") && strings.HasSuffix(Fold(f.text[max(0, start-8):start]), "chave")
}
