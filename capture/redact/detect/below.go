package detect

import "strings"

// Below returns what a name means below another one: a number below "telefone",
// a name below "pagador". parent is what the outer name says.
func (n *Names) Below(parent Naming, outer, name string) (Kind, bool) {
	f, o := Fold(name), Fold(outer)
	switch {
	case parent.Kind.IsSecret() && parent.Strong:
		return parent.Kind, true
	case is(o, "mfa", "otp", "totp", "2fa", "twofactor", "sms", "doisfatores") && is(f, "code", "codigo", "value", "valor", "pin", "seed", "semente"):
		return Token, true
	case is(f, "numero", "number", "num", "nr", "no", "valor", "value", "id", "codigo", "code", "digito", "dv", "ddd", "areacode", "prefixo", "sufixo", "base", "raiz"):
		return n.numberBelow(parent, o, f)
	case parent.Kind == Card && is(f, "validade", "datavalidade", "expiry", "expirydate", "expiration", "expirationdate", "expdate", "exp", "vencimento"):
		return Card, true
	case is(f, "identification", "identificacao", "identificador") && (parent.Kind == Document || parent.Person):
		return Document, true
	case (parent.Kind == Account || strings.HasSuffix(o, "account")) && is(f, "issuer", "branch", "agencia"):
		return Branch, true
	case parent.Person && is(f, "nome", "name", "givenname", "familyname", "middlename", "first", "last", "sobrenome", "apelido"):
		return Name, true
	case (parent.Place || parent.Person || parent.Kind == Address) && is(f, "cidade", "city", "municipio", "numero", "number", "rua", "line1", "line2", "complement", "town", "quadra", "lote", "referencia"):
		return Address, true
	case (strings.Contains(o, "contato") || strings.Contains(o, "contact") || strings.Contains(o, "telefone") || strings.Contains(o, "phone")) && is(f, "fixo", "movel", "comercial", "residencial", "recado", "home", "work", "landline", "cell"):
		return Phone, true
	case o == "entry" && f == "key", strings.Contains(o, "dict") && is(f, "key", "chave", "entry"), strings.Contains(o, "pix") && is(f, "key", "chave"):
		return PixKey, true
	case parent.Kind == Birth, parent.Kind == Name:
		return parent.Kind, true
	}
	return "", false
}

// numberBelow tells what the bare word "number" means below another name.
func (n *Names) numberBelow(parent Naming, outer, f string) (Kind, bool) {
	switch {
	case parent.Place || parent.Kind == Address:
		if is(f, "numero", "number", "num", "nr", "no") {
			return Address, true
		}
	case parent.Kind == PixKey && is(f, "valor", "value", "key", "chave", "id"):
		return PixKey, true
	case is(f, "id", "codigo", "code") && parent.Kind != CPF && parent.Kind != CNPJ:
	case parent.Kind != "" && !parent.Kind.IsSecret():
		return parent.Kind, parent.Strong
	case is(outer, "bankaccount", "dadosbancarios", "contabancaria", "accounts") && is(f, "numero", "number", "digito", "dv"):
		return Account, true
	}
	return "", false
}
