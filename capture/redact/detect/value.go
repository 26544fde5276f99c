package detect

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Decide returns the kind that a value under a name is, empty when the value does
// not fit what the name says.
func (n *Names) Decide(naming, parent Naming, value string) Kind {
	v := strings.TrimSpace(value)
	if naming.Kind == "" || v == "" {
		return ""
	}
	if naming.Kind.IsSecret() {
		if naming.Strong && !Plain(v) || !naming.Strong && Random(v) {
			return naming.Kind
		}
		return ""
	}
	// What is not a person may be called "name", and has no "customerName".
	parent.Thing = parent.Thing && naming.Bare
	return personal(naming.Kind, parent, v)
}

// Plain reports whether a value under the name of a secret can't be one.
func Plain(v string) bool {
	switch strings.Trim(strings.ToLower(v), "*[]()<>") {
	case "", "redacted", "masked", "mascarado", "filtered", "true", "false", "null", "nil", "none", "undefined", "bearer", "basic", "required", "invalid", "?", "%s", "%%s":
		return true
	}
	return false
}

// Random reports whether a value looks like made by a machine to be guessed by
// nobody: long, without spaces, mixed, and no UUID or plain name.
func Random(v string) bool {
	if len(v) < 16 || len(v) > 4096 || strings.ContainsAny(v, " \t\r\n<>{}\"") || strings.Contains(v, "://") || isUUID(v) || match(v, "dddd-dd-dd") > 0 {
		return false
	}
	var digits, upper, lower, changes int
	last := byte(0)
	for i := range len(v) {
		class := byte(0)
		switch c := v[i]; {
		case isDigit(c):
			digits, class = digits+1, 1
		case isUpper(c):
			upper, class = upper+1, 2
		case isLetter(c):
			lower, class = lower+1, 3
		}
		if class != last {
			changes++
		}
		last = class
	}
	return (digits > 1 || patternless(v)) && (upper+lower) > 1 && changes*5 >= len(v)
}

func isUUID(v string) bool {
	return len(v) == 36 && match(v, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh") == 36
}

func personal(kind Kind, parent Naming, v string) Kind {
	digits := len(digitsOf(v))
	switch kind {
	case CPF, CNPJ, CNS, PIS, Titulo, CNH, RG:
		return when(kind, digits >= 4 && len(v) <= 40 || kind == CNPJ && ValidCNPJ(compact(v)))
	case Document:
		return document(v, digits)
	case Passport:
		return when(kind, digits >= 4 && len(v) <= 20)
	case Phone:
		return when(kind, digits >= 2 && digits <= 16 && mostly(v, "+()-. /x"))
	case Email:
		return when(kind, strings.Contains(v, "@") || strings.Contains(v, "%40"))
	case Card:
		return when(kind, len(v) < 8 && (match(v, "dd/dd") == len(v) || match(v, "dd/dddd") == len(v)) || digits >= 8 && digits <= 19 && mostly(v, " -*xX."))
	case Account, Branch:
		return when(kind, len(v) == 1 && isLetter(v[0]) || digits >= 1 && digits <= 20 && len(v) <= 26 && mostly(v, " -./xXpP"))
	case PixKey:
		return pixKey(v, digits)
	case BRCode:
		return when(kind, strings.HasPrefix(v, brStart) || len(v) > 60 && !strings.ContainsAny(v, "<{") && !strings.HasPrefix(v, "iVBOR") && !strings.HasPrefix(v, "data:"))
	case Boleto:
		return when(kind, digits >= 30 && mostly(v, " .-"))
	case IBAN:
		return when(kind, digits >= 8)
	case Birth:
		return when(kind, digits >= 6 && len(v) <= 40)
	case Name:
		return when(kind, personName(v, parent))
	case User:
		return userName(v)
	case Position:
		return when(kind, digits >= 4 && strings.Contains(v, ".") && mostly(v, "-+., "))
	case Biometric:
		return when(kind, len(v) >= 64 && !strings.ContainsAny(v, " \t"))
	case Address:
		return when(kind, !ofMachine(v))
	}
	return kind
}

// ofMachine reports whether an address is that of a host, with or without its port.
func ofMachine(v string) bool {
	if _, err := netip.ParseAddr(v); err == nil {
		return true
	}
	_, err := netip.ParseAddrPort(v)
	return err == nil || strings.Contains(v, "://")
}

func when(kind Kind, ok bool) Kind {
	if ok {
		return kind
	}
	return ""
}

// mostly reports whether v has digits and those characters only.
func mostly(v, others string) bool { return strings.Trim(v, "0123456789"+others) == "" }

// document tells the numbers of persons apart by their form.
func document(v string, digits int) Kind {
	switch c := compact(v); {
	case ValidCPF(c), match(v, "ddd.ddd.ddd-dd") == len(v):
		return CPF
	case ValidCNPJ(c), match(v, "ww.www.www/wwww-dd") == len(v):
		return CNPJ
	}
	return when(Document, digits >= 5 && len(v) <= 24 && !isUUID(v) || len(v) < 9 && plateLength(v) == len(v))
}

// pixKey tells the keys of Pix apart by their form.
func pixKey(v string, digits int) Kind {
	switch c := compact(v); {
	case isUUID(v), len(v) == 32 && match(v, strings.Repeat("h", 32)) == 32:
		return PixKey
	case strings.Contains(v, "@"):
		return Email
	case strings.HasPrefix(v, "+"):
		return Phone
	case ValidCPF(c), match(v, "ddd.ddd.ddd-dd") == len(v):
		return CPF
	case ValidCNPJ(c), match(v, "ww.www.www/wwww-dd") == len(v):
		return CNPJ
	case mostly(v, " ()-./") && digits >= 8 && digits <= 14 && !ofMachine(v):
		return PixKey
	}
	return ""
}

// personName reports whether a value under the name "nome" can be the name of
// somebody: words of letters.
func personName(v string, parent Naming) bool {
	if len(v) < 2 || len(v) > 120 || parent.Thing || strings.ContainsAny(v, "_{}[]<>=:;\\@#%|\"") || !utf8.ValidString(v) {
		return false
	}
	letters, runes, words, capitals, last := 0, 0, 0, 0, ' '
	for _, c := range v {
		runes++
		if last == ' ' && c != ' ' {
			words++
			if unicode.IsUpper(c) {
				capitals++
			}
		}
		last = c
		if unicode.IsLetter(c) {
			letters++
		} else if c != ' ' && c != '.' && c != '-' && c != '\'' && c != '&' && !unicode.IsDigit(c) {
			return false
		}
	}
	if letters*10 < runes*6 {
		return false
	}
	if parent.Person {
		return true
	}
	return capitals >= 1 && (words >= 2 && !strings.ContainsAny(v, "-0123456789") || words == 1 && v != strings.ToUpper(v) && strings.Count(v, "-") == 0 && camelFree(v))
}

// camelFree reports whether only the first letter is a capital, as in Maria and
// unlike in PixService.
func camelFree(v string) bool { return strings.IndexFunc(v[1:], unicode.IsUpper) < 0 }

func userName(v string) Kind {
	switch c := compact(v); {
	case strings.Contains(v, "@"):
		return Email
	case ValidCPF(c):
		return CPF
	case ValidCNPJ(c):
		return CNPJ
	}
	if strings.Contains(v, " ") {
		return when(Name, strings.IndexByte(v, ' ') > 0 && personName(v, Naming{}))
	}
	return when(User, len(v) <= 80 && !strings.ContainsAny(v, "\t\n{}<>") && !strings.HasPrefix(v, "system:"))
}

// compact drops the punctuation of numbers, and puts letters in upper case.
func compact(v string) string {
	out := make([]byte, 0, len(v))
	for i := range len(v) {
		switch c := v[i]; {
		case isDigit(c), isUpper(c):
			out = append(out, c)
		case isLetter(c):
			out = append(out, c-'a'+'A')
		case strings.IndexByte(" .-/", c) < 0:
			return v
		}
	}
	return string(out)
}
