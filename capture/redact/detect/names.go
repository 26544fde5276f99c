package detect

import (
	"cmp"
	"slices"
	"strings"
)

// Naming is what a name says of the value that it holds.
type Naming struct {
	// Kind is what the value is, empty when the name does not say.
	Kind Kind
	// Strong reports that it is so whatever it looks like. Otherwise the value has
	// to look like it as well.
	Strong bool
	// IDLike reports that the value is an id, a time, an amount or the like, so that
	// its digits alone prove nothing.
	IDLike bool
	// Person reports that a person or company lies below the name, Place an address,
	// and Thing something that has a name but is nobody.
	Person, Place, Thing bool
	// Subject reports that a sibling may say what the value is: {"campo":"senha","valor":…}.
	Subject bool
	// Names reports that the value is such a name, Grant that it is a parameter of an
	// OAuth grant, which makes a secret of a code beside it.
	Names, Grant bool
	// Types reports that the value may say of what kind a sibling is, and Typed that it is
	// such a sibling: {"tipo":"CELULAR","numero":…}. Columns reports that it may list the
	// names of columns.
	Types, Typed, Columns bool
	// Bare reports the word "name" and nothing more, which things have as well.
	Bare bool
}

// Names knows what names say. It is safe for use by many goroutines.
type Names struct {
	exact    map[string]Kind
	persons  map[string]bool
	places   map[string]bool
	things   map[string]bool
	ids      map[string]bool
	subjects map[string]bool
	namers   map[string]bool
	harmless map[string]bool
	typed    map[string]bool
	columns  map[string]bool
	// leads and tails are the words that say more of what another word of a name says.
	leads, tails, ofNames map[string]bool
	secrets               []string
	// words are the words that make a secret of a name.
	words      []string
	descriptor []string
	idEnds     []string
	// keyEnds are the ends of names of keys that are secret.
	keyEnds []string
	// common are the names of header fields that nearly all messages have, and what
	// they say.
	common map[string]Naming
}

// NewNames returns the built-in knowledge.
func NewNames() *Names {
	n := &Names{
		exact: map[string]Kind{}, persons: set(personWords), places: set(placeWords), things: set(thingWords),
		ids: set(idWords), subjects: set(subjectWords), namers: set(namerWords), harmless: set(harmlessWords), typed: set(typedWords), columns: set(columnWords), leads: set(leadWords), tails: set(tailWords), ofNames: set(ofNames),
		secrets: strings.Fields(secretParts), words: strings.Fields(secretWords), descriptor: strings.Fields(descriptorEnds), idEnds: strings.Fields(idLikeEnds),
	}
	for start := range strings.FieldsSeq(secretKeys) {
		n.keyEnds = append(n.keyEnds, start+"key", "key"+start, "chave"+start, start+"chave")
	}
	for kind, words := range exactWords() {
		for word := range strings.FieldsSeq(words) {
			n.exact[word] = kind
		}
	}
	common := map[string]Naming{}
	for name := range strings.FieldsSeq(commonFields) {
		common[name], common[strings.ToLower(name)] = n.Of(name), n.Of(strings.ToLower(name))
	}
	n.common = common
	return n
}

// commonFields are header fields that are looked up for nearly every message.
const commonFields = `Accept Accept-Encoding Accept-Language Authorization Cache-Control Connection Content-Encoding Content-Language
	Content-Length Content-Type Cookie Date ETag Expires Host Idempotency-Key If-None-Match Keep-Alive Last-Modified Location Origin Pragma
	Referer Retry-After Server Set-Cookie Strict-Transport-Security Traceparent Tracestate Transfer-Encoding User-Agent Vary Via
	Www-Authenticate WWW-Authenticate X-Api-Key X-Content-Type-Options X-Correlation-Id X-Fapi-Interaction-Id X-Forwarded-For X-Frame-Options
	X-Powered-By X-Ratelimit-Limit X-Ratelimit-Remaining X-Ratelimit-Reset X-Request-Id X-Xss-Protection`

func set(words string) map[string]bool {
	out := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		out[word] = true
	}
	return out
}

// Of returns what a name says: of a member, element, parameter, header field or
// part.
func (n *Names) Of(name string) Naming {
	if known, ok := n.common[name]; ok {
		return known
	}
	above, last := segments(name)
	f := Fold(last)
	naming := n.folded(f)
	if rest, ok := strings.CutPrefix(f, "x"); ok && naming.Kind == "" && len(last) > 2 && last[1] == '-' {
		naming = n.folded(rest)
	}
	if naming.Kind == "" {
		naming.Kind, naming.Strong = n.byWord(last, f)
		naming.IDLike = naming.IDLike && naming.Kind == ""
	}
	if !naming.Strong && !n.describes(strings.TrimSuffix(strings.TrimSuffix(f, "name"), "nome")) {
		if kind := n.compound(last); kind != "" {
			naming.Kind, naming.Strong, naming.IDLike = kind, true, false
		}
	}
	if naming.Kind == "" && above != "" {
		naming.Kind, naming.Strong = n.Below(n.folded(Fold(above)), above, last)
	}
	return naming
}

func (n *Names) folded(f string) Naming {
	out := Naming{Person: n.group(n.persons, f), Place: n.group(n.places, f), Thing: n.group(n.things, f), Subject: n.subjects[f], Names: n.namers[f], Grant: is(f, "granttype", "redirecturi", "codeverifier", "state"), Bare: is(f, "nome", "name")}
	out.Typed, out.Columns = n.typed[f], n.columns[f]
	out.Types = strings.HasPrefix(f, "tipo") || strings.HasSuffix(f, "type") || is(f, "codigo", "rel")
	if n.harmless[f] || strings.HasPrefix(f, "accesscontrol") {
		out.IDLike = true
		return out
	}
	// What only describes: cpfValido, tokenExpiresIn, senhaTamanhoMinimo.
	if kind := n.kind(f); kind != "" {
		out.Kind, out.Strong = kind, !n.describes(f) || kind == Birth && !n.describes(strings.TrimSuffix(f, "date"))
		if !out.Strong && !kind.IsSecret() {
			out.Kind = ""
		}
	}
	if out.Kind == "" {
		out.Kind, out.Strong = n.weak(f), false
	}
	out.IDLike = out.Kind == "" && !is(f, "code", "codigo", "errorcode", "codigoerro", "userid") && (n.ids[f] || slices.ContainsFunc(n.idEnds, func(end string) bool { return strings.HasSuffix(f, end) }))
	return out
}

// group looks a word or its plural up.
func (n *Names) group(words map[string]bool, f string) bool {
	return words[f] || words[strings.TrimSuffix(f, "s")] || words[strings.TrimSuffix(f, "es")]
}

func (n *Names) describes(f string) bool {
	if _, ok := n.exact[f]; ok || strings.HasSuffix(f, "account") {
		return false // An account is no count.
	}
	return slices.ContainsFunc(n.descriptor, func(end string) bool { return strings.HasSuffix(f, end) }) ||
		strings.HasPrefix(f, "tipo") || strings.HasPrefix(f, "has") || strings.HasPrefix(f, "max") || strings.HasPrefix(f, "min")
}

// kind is what a folded name says for sure.
func (n *Names) kind(f string) Kind {
	for _, word := range [...]string{f, strings.TrimSuffix(f, "s"), strings.TrimSuffix(f, "es")} {
		if kind, ok := n.exact[word]; ok {
			return kind
		}
	}
	if kind, ok := n.exact[strings.TrimRight(f, "0123456789")]; ok {
		return kind // The second one of its kind: telefone2.
	}
	if kind := cmp.Or(n.abbreviated(f), dataElement(f)); kind != "" {
		return kind
	}
	for _, part := range n.secrets {
		if strings.Contains(f, part) {
			return secretKind(part)
		}
	}
	if slices.ContainsFunc(n.keyEnds, func(end string) bool { return strings.HasSuffix(f, end) }) {
		return Token
	}
	if kind := personalPart(f); kind != "" {
		return kind
	}
	return when(Name, n.nameOfPerson(f))
}

// nameOfPerson reports "name" with the word for a person before or behind it:
// dependentName, nomeDependente.
func (n *Names) nameOfPerson(f string) bool {
	for _, word := range [...]string{"nome", "name", "nombre"} {
		if rest, ok := strings.CutPrefix(f, word); ok && n.group(n.persons, rest) {
			return true
		}
		if rest, ok := strings.CutSuffix(f, word); ok && n.group(n.persons, rest) {
			return true
		}
	}
	return false
}

// byWord finds a secret by a word of a name, which is given as written and folded.
func (n *Names) byWord(name, folded string) (Kind, bool) {
	for _, word := range n.words {
		if strings.Contains(folded, word) && hasWord(name, word) && !n.describes(folded) {
			return secretKind(word), true
		}
	}
	return "", false
}

// hasWord reports whether one of the words of a name is that one; words begin with
// a capital, or behind a separator.
func hasWord(name, word string) bool {
	for at := 0; at+len(word) <= len(name); at++ {
		end := at + len(word)
		starts := at == 0 || !isWord(name[at-1]) || name[at-1] == '_' || isUpper(name[at]) && !isUpper(name[at-1])
		ends := end == len(name) || !isLetter(name[end]) || isUpper(name[end]) && !isUpper(name[end-1])
		if starts && ends && strings.EqualFold(name[at:end], word) {
			return true
		}
	}
	return false
}

// abbreviated is what a name says behind a prefix for its type, as in NrCpf, CdAgencia
// and NmPessoa.
func (n *Names) abbreviated(f string) Kind {
	if len(f) < 4 || !is(f[:2], "cd", "nr", "nm", "ds", "dt", "nu", "tx") {
		return ""
	}
	if kind, ok := n.exact[f[2:]]; ok {
		return kind
	}
	return when(Name, f[:2] == "nm" && n.persons[f[2:]])
}

func secretKind(part string) Kind {
	switch part {
	case "password", "passwd", "passphrase", "senha", "passcode", "contrasena", "contrasenia", "motdepasse", "passwort", "kennwort", "assinaturaeletronica", "pin", "pwd", "psw":
		return Password
	case "cvv", "cvc", "codigoseguranca", "securitycode":
		return CVV
	case "cookie":
		return Cookie
	case "privatekey", "chaveprivada":
		return PrivateKey
	}
	return Token
}

// personalPart finds personal data by a part of the name.
func personalPart(f string) Kind {
	for _, part := range [...]struct {
		text string
		kind Kind
	}{
		{"cpfcnpj", Document}, {"cpfoucnpj", Document}, {"cnpjcpf", Document}, {"cnpjoucpf", Document}, {"cnpj", CNPJ}, {"cpf", CPF},
		{"telefone", Phone}, {"celular", Phone}, {"phone", Phone}, {"whatsapp", Phone}, {"msisdn", Phone}, {"email", Email},
		{"pispasep", PIS}, {"nascimento", Birth}, {"dtnasc", Birth}, {"datanasc", Birth}, {"dtanasc", Birth}, {"nacimiento", Birth}, {"birth", Birth}, {"linhadigitavel", Boleto}, {"codigobarras", Boleto}, {"codigodebarras", Boleto},
		{"copiaecola", BRCode}, {"brcode", BRCode}, {"chavepix", PixKey}, {"pixkey", PixKey}, {"cardnumber", Card}, {"numerocartao", Card},
		{"numerodocartao", Card}, {"passaporte", Passport}, {"passport", Passport}, {"tituloeleitor", Titulo}, {"cartaosus", CNS}, {"iban", IBAN},
		{"nomecompleto", Name}, {"nomeimpresso", Name}, {"nomenocartao", Name}, {"nameoncard", Name}, {"nomemae", Name}, {"nomedamae", Name}, {"nomepai", Name}, {"nomedopai", Name}, {"nometitular", Name},
		{"nomecliente", Name}, {"nomedo", Name}, {"nomepagador", Name}, {"nomerecebedor", Name}, {"nomebeneficiario", Name}, {"nomefavorecido", Name},
		{"nomedevedor", Name}, {"nomeda", Name}, {"firstname", Name}, {"lastname", Name}, {"fullname", Name}, {"holdername", Name}, {"customername", Name},
		{"mothername", Name}, {"mothersname", Name}, {"fathername", Name}, {"logradouro", Address}, {"endereco", Address}, {"streetaddress", Address},
		{"addressline", Address}, {"numeroconta", Account}, {"numerodaconta", Account}, {"accountnumber", Account}, {"contacorrente", Account},
		{"selfie", Biometric}, {"biometri", Biometric}, {"faceimage", Biometric}, {"facial", Biometric}, {"facetemplate", Biometric}, {"assinaturaimagem", Biometric}, {"imagemassinatura", Biometric}, {"latitude", Position}, {"longitude", Position}, {"nistrab", PIS}, {"fotorosto", Biometric}, {"fotodocumento", Biometric},
		{"fotododocumento", Biometric}, {"imagemdocumento", Biometric}, {"imagemdodocumento", Biometric}, {"documentimage", Biometric}, {"impressaodigital", Biometric},
		{"numeroagencia", Branch}, {"codigoagencia", Branch}, {"branchcode", Branch}, {"branchnumber", Branch},
	} {
		if strings.Contains(f, part.text) {
			return part.kind
		}
	}
	switch {
	case strings.HasPrefix(f, "cnh"), strings.HasSuffix(f, "cnh"):
		return CNH
	case strings.HasPrefix(f, "agencia"), strings.HasSuffix(f, "agencia"):
		return Branch
	case strings.HasSuffix(f, "account"), strings.Contains(f, "conta") && (strings.HasPrefix(f, "dv") || strings.HasPrefix(f, "digito")):
		return Account
	}
	return ""
}

// weak is a secret that only a value of many random characters is.
func (n *Names) weak(f string) Kind {
	switch {
	case f == "key", f == "cert", f == "clave", f == "session", f == "refresh", f == "sid", f == "assinatura", f == "hash", strings.Contains(f, "ticket"), f == "magic", f == "frase", f == "mfa", f == "2fa", f == "nonce", f == "code", f == "codigo":
		if f == "hash" || f == "nonce" || f == "codigo" || f == "code" {
			return ""
		}
		return Token
	case strings.HasSuffix(f, "key"), strings.Contains(f, "session"), strings.Contains(f, "sessao"), strings.Contains(f, "auth"), strings.HasSuffix(f, "chave"), strings.HasPrefix(f, "chave") && f != "chave" && !strings.HasPrefix(f, "chavenf"):
		return Token
	}
	return ""
}
