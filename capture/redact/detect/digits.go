package detect

import "strings"

// digitsOf returns the digits of s.
func digitsOf(s string) string {
	if allDigits(s) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if isDigit(s[i]) {
			out = append(out, s[i])
		}
	}
	return string(out)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

func isLetter(c byte) bool { return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' }

func isWord(c byte) bool { return isDigit(c) || isLetter(c) || c == '_' || c >= 0x80 }

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

func uniform(s string) bool { return strings.Count(s, s[:1]) == len(s) }

// weighted sums the characters by their distance from '0', which for digits is
// their value, each times its weight.
func weighted(s string, weights string) int {
	sum := 0
	for i := range len(weights) {
		sum += int(s[i]-'0') * int(weights[i]-'0')
	}
	return sum
}

// eleven is the check digit of the federal registers: 11 minus the rest, 0 for
// what has two digits.
func eleven(sum int) int {
	if d := 11 - sum%11; d < 10 {
		return d
	}
	return 0
}

// ValidCPF checks the digits of a CPF without punctuation.
func ValidCPF(s string) bool {
	if len(s) != 11 || !allDigits(s) || uniform(s) {
		return false
	}
	first, second := 0, 0
	for i := range 9 {
		first += int(s[i]-'0') * (10 - i)
		second += int(s[i]-'0') * (11 - i)
	}
	d := eleven(first)
	return int(s[9]-'0') == d && int(s[10]-'0') == eleven(second+2*d)
}

// ValidCNPJ checks the digits of a CNPJ without punctuation. Its first twelve
// characters may be letters (Instrução Normativa RFB 2.229/2024); each counts as
// its distance from '0' in ASCII.
func ValidCNPJ(s string) bool {
	if len(s) != 14 || uniform(s) || !isDigit(s[12]) || !isDigit(s[13]) {
		return false
	}
	for i := range 12 {
		if !isDigit(s[i]) && !isUpper(s[i]) {
			return false
		}
	}
	d := eleven(weighted(s, "543298765432"))
	return int(s[12]-'0') == d && int(s[13]-'0') == eleven(weighted(s, "654329876543")+2*d)
}

// ValidCNS checks a number of the national health card (15 digits).
func ValidCNS(s string) bool {
	if len(s) != 15 || !allDigits(s) || strings.IndexByte("12789", s[0]) < 0 {
		return false
	}
	sum := 0
	for i := range 15 {
		sum += int(s[i]-'0') * (15 - i)
	}
	return sum%11 == 0
}

// ValidTitulo checks the number of a voter's card (12 digits, with the code of
// the state before the check digits).
func ValidTitulo(s string) bool {
	if len(s) != 12 || !allDigits(s) || uniform(s) {
		return false
	}
	state := int(s[8]-'0')*10 + int(s[9]-'0')
	if state < 1 || state > 28 {
		return false
	}
	rest := func(sum int) int {
		switch d := sum % 11; {
		case d == 10:
			return 0
		case d == 0 && state <= 2: // São Paulo and Minas Gerais
			return 1
		default:
			return d
		}
	}
	first := rest(weighted(s, "23456789"))
	return int(s[10]-'0') == first && int(s[11]-'0') == rest(int(s[8]-'0')*7+int(s[9]-'0')*8+first*9)
}

// ValidCard checks the number of a payment card: a range of a known brand, its
// length, and the Luhn digit (ISO/IEC 7812-1).
func ValidCard(s string) bool {
	return allDigits(s) && issued(s) && luhn(s)
}

func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// issued reports whether a number has the beginning and the length of a brand.
func issued(s string) bool {
	if len(s) < 13 || len(s) > 19 {
		return false
	}
	within := func(n int, from, to string) bool { return s[:n] >= from && s[:n] <= to }
	switch len(s) {
	case 13:
		return s[0] == '4'
	case 14:
		return within(3, "300", "305") || within(2, "36", "36") || within(2, "38", "39")
	case 15:
		return within(2, "34", "34") || within(2, "37", "37")
	case 16:
		return s[0] == '4' || within(2, "50", "58") || within(4, "2221", "2720") || within(2, "60", "65") || within(4, "3528", "3589")
	}
	return s[0] == '4' || within(2, "60", "65") || within(4, "3841", "3841")
}

// ValidIBAN checks an IBAN without spaces (ISO 13616).
func ValidIBAN(s string) bool {
	if len(s) < 15 || len(s) > 34 || !isUpper(s[0]) || !isUpper(s[1]) || !isDigit(s[2]) || !isDigit(s[3]) {
		return false
	}
	rest := 0
	for i := range len(s) {
		switch c := s[(i+4)%len(s)]; {
		case isDigit(c):
			rest = (rest*10 + int(c-'0')) % 97
		case isUpper(c):
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}
