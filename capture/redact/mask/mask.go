// Package mask makes what stands in the place of a masked value. The same value
// has the same mask within an installation, whatever form it is written in, so
// that it can be followed without being known.
package mask

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strings"

	"flagrante/capture/redact/detect"
)

// longSecret is how long a secret has to be for a pseudonym. A shorter one could
// be found by trying, by whoever has the key of the installation.
const longSecret = 16

// Masker makes masks. It is safe for use by many goroutines.
type Masker struct {
	key    []byte
	digits *base32.Encoding
}

// New returns a Masker with the key of an installation. Without a key masks have
// no pseudonym.
func New(key []byte) *Masker {
	return &Masker{key: key, digits: base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)}
}

// Of returns the mask of a value: <cpf:k3f9qa2b>.
func (m *Masker) Of(kind detect.Kind, value string) string {
	if len(m.key) == 0 || kind.IsSecret() && !(followed(kind) && len(value) >= longSecret) {
		return "<" + string(kind) + ">"
	}
	return "<" + string(kind) + ":" + m.Digest(Normal(kind, value)) + ">"
}

// followed reports whether the kind of secret is made by machines, and long.
func followed(kind detect.Kind) bool { return kind != detect.Password && kind != detect.CVV }

// Digest returns the pseudonym of a text, empty without a key.
func (m *Masker) Digest(text string) string {
	if len(m.key) == 0 {
		return ""
	}
	mac := hmac.New(sha256.New, m.key)
	mac.Write([]byte(text))
	return m.digits.EncodeToString(mac.Sum(nil))[:detect.PseudonymLength]
}

// Whole returns a digest of a text that is long enough to recognise it by, empty
// without a key.
func (m *Masker) Whole(text string) string {
	if len(m.key) == 0 {
		return ""
	}
	return m.digits.EncodeToString(m.sum("by hand", text)[:16])
}

// Number returns a number that only the key gives away.
func (m *Masker) Number(purpose string) uint64 {
	return binary.BigEndian.Uint64(m.sum("number", purpose))
}

// sum keeps what is made for one purpose apart from that for another.
func (m *Masker) sum(purpose, text string) []byte {
	mac := hmac.New(sha256.New, m.key)
	mac.Write([]byte(purpose + "\x00" + text))
	return mac.Sum(nil)
}

// Is reports whether s is a mask and nothing else.
func Is(s string) bool { return s != "" && detect.MaskLen(s) == len(s) }

// Normal returns a value in the form in which all ways of writing it are equal.
func Normal(kind detect.Kind, value string) string {
	v := strings.TrimSpace(value)
	switch kind {
	case detect.CPF, detect.PIS, detect.CNH:
		return padded(alnum(v), 11)
	case detect.CNPJ:
		return padded(alnum(v), 14)
	case detect.Titulo:
		return padded(alnum(v), 12)
	case detect.Account, detect.Branch, detect.Document, detect.RG, detect.PixKey:
		return strings.TrimLeft(alnum(v), "0")
	case detect.CNS, detect.Card, detect.Boleto, detect.IBAN, detect.Passport:
		return alnum(v)
	case detect.Phone:
		return phone(alnum(v))
	case detect.Email, detect.User:
		return strings.ToLower(v)
	case detect.Name, detect.Address:
		return detect.FoldText(v)
	case detect.Birth:
		return date(v)
	}
	return v
}

func padded(s string, length int) string {
	return strings.Repeat("0", max(0, length-len(s))) + s
}

// phone is a number in the form of E.164; without a country it is Brazilian.
func phone(digits string) string {
	digits = strings.TrimLeft(digits, "0")
	if len(digits) == 10 || len(digits) == 11 {
		digits = "55" + digits
	}
	return "+" + digits
}

// date puts the year first: 31/01/1990 and 1990-01-31 are the same.
func date(v string) string {
	if len(v) >= 10 && (v[2] == '/' || v[2] == '-') && v[5] == v[2] {
		v = v[6:10] + v[3:5] + v[:2]
	}
	digits := alnum(v)
	return digits[:min(8, len(digits))]
}

func alnum(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case '0' <= r && r <= '9', 'A' <= r && r <= 'Z':
			return r
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		}
		return -1
	}, s)
}
