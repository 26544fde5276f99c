// Package detect tells what a value is: by the name of what holds it, by check
// digits, and by looks. It masks nothing, and finds the same in the same text
// every time.
package detect

// Kind is what a value is; masks and marks name it.
type Kind string

// The kinds of secrets. They are masked before anything is written.
const (
	Token      Kind = "token"
	Password   Kind = "password"
	Cookie     Kind = "cookie"
	PrivateKey Kind = "private_key"
	CVV        Kind = "cvv"
	Secret     Kind = "secret"
)

// The kinds of personal data.
const (
	CPF      Kind = "cpf"
	CNPJ     Kind = "cnpj"
	CNS      Kind = "cns"
	RG       Kind = "rg"
	PIS      Kind = "pis"
	Titulo   Kind = "titulo"
	CNH      Kind = "cnh"
	Passport Kind = "passport"
	Document Kind = "document"
	Phone    Kind = "phone"
	Email    Kind = "email"
	Card     Kind = "card"
	Account  Kind = "account"
	Branch   Kind = "branch"
	PixKey   Kind = "pix_key"
	BRCode   Kind = "brcode"
	Boleto   Kind = "boleto"
	IBAN     Kind = "iban"
	Name     Kind = "name"
	Address  Kind = "address"
	Birth    Kind = "birthdate"
	User     Kind = "user"
	// Position is a latitude, a longitude, or both (WGS 84, decimal).
	Position Kind = "position"
	// Biometric is a picture of a face or document, or what was measured of a body.
	Biometric Kind = "biometric"
)

// Secrets lists the kinds of secrets.
func Secrets() []Kind { return []Kind{Token, Password, Cookie, PrivateKey, CVV, Secret} }

// Personal lists the kinds of personal data.
func Personal() []Kind {
	return []Kind{
		CPF, CNPJ, CNS, RG, PIS, Titulo, CNH, Passport, Document, Phone, Email, Card, Account, Branch, PixKey, BRCode, Boleto, IBAN,
		Name, Address, Birth, User, Position, Biometric,
	}
}

// IsSecret reports whether k is a kind of secret.
func (k Kind) IsSecret() bool {
	switch k {
	case Token, Password, Cookie, PrivateKey, CVV, Secret:
		return true
	}
	return false
}

// Span is a found value: text[Start:End] is a Kind, by Rule.
type Span struct {
	Start, End int
	Kind       Kind
	Rule       string
}
