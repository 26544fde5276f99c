package detect

import "strings"

// form is a way in which a number is written.
type form struct {
	text string
	kind Kind
	rule string
	// valid checks the number without punctuation; nil when the form says enough.
	valid func(string) bool
}

func numberForms() []form {
	return []form{
		{"ddddd.ddddd ddddd.dddddd ddddd.dddddd d dddddddddddddd", Boleto, "boleto-form", nil},
		{"ddddddddddd-d ddddddddddd-d ddddddddddd-d ddddddddddd-d", Boleto, "boleto-form", nil},
		{"dddddddddddd dddddddddddd dddddddddddd dddddddddddd", Boleto, "boleto-form", nil},
		{"ww.www.www/wwww-dd", CNPJ, "cnpj-form", nil},
		{"wwwwwwww/wwww-dd", CNPJ, "cnpj-form", nil},
		{"wwwwwwwwwwww-dd", CNPJ, "cnpj-digits", ValidCNPJ},
		{"ddd.ddd.ddd-dd", CPF, "cpf-form", nil},
		{"ddd.ddd.ddd/dd", CPF, "cpf-digits", ValidCPF},
		{"ddd.ddd.ddd.dd", CPF, "cpf-digits", ValidCPF},
		{"ddd ddd ddd dd", CPF, "cpf-digits", ValidCPF},
		{"ddd-ddd-ddd-dd", CPF, "cpf-digits", ValidCPF},
		{"ddddddddd-dd", CPF, "cpf-digits", ValidCPF},
		{"ddddddddd/dd", CPF, "cpf-digits", ValidCPF},
		{"ddd.ddddd.dd-d", PIS, "pis-form", nil},
		{"dd.ddd.ddd-x", RG, "rg-form", nil},
		{"ddd dddd dddd dddd", CNS, "cns-digits", ValidCNS},
		{"dddd dddd dddd dddd", Card, "card-digits", ValidCard},
		{"dddd-dddd-dddd-dddd", Card, "card-digits", ValidCard},
		{"dddd.dddd.dddd.dddd", Card, "card-digits", ValidCard},
		{"dddd dddddd ddddd", Card, "card-digits", ValidCard},
		{"dddd dddddd dddd", Card, "card-digits", ValidCard},
		{"dddd dddd dddd", Titulo, "titulo-digits", ValidTitulo},
		{"(dd) ddddd-dddd", Phone, "phone-form", nil},
		{"(dd)ddddd-dddd", Phone, "phone-form", nil},
		{"(dd) d dddd-dddd", Phone, "phone-form", nil},
		{"(dd) d dddd dddd", Phone, "phone-form", nil},
		{"(dd) ddddd dddd", Phone, "phone-form", nil},
		{"(dd) dddd-dddd", Phone, "phone-form", nil},
		{"(dd)dddd-dddd", Phone, "phone-form", nil},
		{"(dd) ddddddddd", Phone, "phone-form", nil},
		{"(dd)ddddddddd", Phone, "phone-form", nil},
		{"(ddd) ddddd-dddd", Phone, "phone-form", nil},
		{"dd 9dddd-dddd", Phone, "phone-form", nil},
		{"dd-9dddd-dddd", Phone, "phone-form", nil},
		{"dd 9dddd dddd", Phone, "phone-form", nil},
		{"dd 9 dddd-dddd", Phone, "phone-form", nil},
		{"dd 9 dddd dddd", Phone, "phone-form", nil},
		{"dd.9dddd.dddd", Phone, "phone-form", nil},
		{"dd 9dddddddd", Phone, "phone-form", nil},
		{"55 dd 9dddd-dddd", Phone, "phone-form", nil},
		{"55 dd 9dddd dddd", Phone, "phone-form", nil},
		{"55 (dd) 9dddd-dddd", Phone, "phone-form", nil},
	}
}

// number looks for a number that begins here: with a country code, with
// punctuation, or as digits alone.
func (f *finder) number() {
	rest := f.text[f.at:]
	if n := brCode(rest); n > 0 {
		f.found(f.at, f.at+n, BRCode, "brcode")
		return
	}
	if f.joined(f.at) {
		f.ofFile(rest)
		return
	}
	if rest[0] == '+' {
		f.international(rest)
		return
	}
	if len(rest) > 8 {
		f.formed(rest)
	}
	run := 0
	for run < len(rest) && isDigit(rest[run]) {
		run++
	}
	if f.at+run <= len(f.text) && len(rest) > run && isWord(rest[run]) {
		return
	}
	if kind := f.bare(rest[:run]); kind != "" && !f.continues(f.at+run) {
		f.found(f.at, f.at+run, kind, string(kind)+"-digits")
	}
}

// ofFile finds the number of a person between a dash and the end of the name of a file:
// extrato-52998224725.pdf.
func (f *finder) ofFile(rest string) {
	const length = 11
	dot := length
	if f.text[f.at-1] != '-' || f.at < 2 || !isLetter(f.text[f.at-2]) || len(rest) < dot+4 || rest[dot] != '.' || !ValidCPF(rest[:dot]) {
		return
	}
	if extension := wordLength(rest[dot+1:]); extension > 2 && extension < 6 && isLetter(rest[dot+1]) {
		f.found(f.at, f.at+length, CPF, "cpf-digits")
	}
}

// formed tries the forms with punctuation.
func (f *finder) formed(rest string) {
	for _, form := range f.forms {
		n := match(rest, form.text)
		if n == 0 || n < len(rest) && isWord(rest[n]) || form.valid != nil && !form.valid(compact(rest[:n])) || f.continues(f.at+n) {
			continue
		}
		f.found(f.at, f.at+n, form.kind, form.rule)
		return
	}
}

// international is a telephone number with its country code (E.164).
func (f *finder) international(rest string) {
	end, digits := 1, 0
	for end < len(rest) && digits < 15 && (isDigit(rest[end]) || strings.IndexByte(" ()-.", rest[end]) >= 0 && end > 2) {
		if isDigit(rest[end]) {
			digits++
		}
		end++
	}
	end = len(strings.TrimRight(rest[:end], " ()-."))
	if digits < 10 || end < len(rest) && isWord(rest[end]) || len(rest) > 1 && !isDigit(rest[1]) {
		return
	}
	f.found(f.at, f.at+end, Phone, "phone-form")
}

// bare tells what digits without punctuation are, when they are more than by
// chance.
func (f *finder) bare(digits string) Kind {
	switch n := len(digits); {
	case n == 47, n == 48, n == 44:
		return when(Boleto, ValidBoleto(digits) && !(n == 44 && f.muted()))
	case f.muted():
		return ""
	case n == 11:
		return when(CPF, ValidCPF(digits))
	case f.padded(digits):
		return CPF
	case n == 12, n == 13:
		if digits[:2] == "55" && ddd(digits[2:4]) && (n == 12 || digits[4] == '9') && !(n == 12 && digits[4] > '5') {
			return Phone
		}
	case n == 14 && digits[8:11] == "000":
		return when(CNPJ, ValidCNPJ(digits))
	}
	return when(Card, ValidCard(digits))
}

// padded reports whether digits, in a record of fixed width, are the type of a document
// and a CPF with leading zeros, as banks and companies exchange them (CNAB 240 of
// FEBRABAN, fields "tipo de inscrição" and "número de inscrição").
func (f *finder) padded(digits string) bool {
	n := len(digits)
	if n < 12 || n > 15 || digits[0] != '1' && digits[0] != '2' || strings.Trim(digits[1:n-11], "0") != "" {
		return false
	}
	return strings.HasSuffix(f.text[:f.at], "  ") && strings.HasPrefix(f.text[f.at+n:], "  ") && ValidCPF(digits[n-11:])
}

func (f *finder) muted() bool {
	return f.idLike || f.at < f.quiet || f.at > 1 && f.text[f.at-1] == '/' && Collection(f.text[strings.LastIndexByte(f.text[:f.at-1], '/')+1:f.at-1])
}

// Collection reports whether the segment of a path names things that have ids, as
// orders: not persons, for whom a document may stand.
func Collection(segment string) bool {
	if is(Fold(segment), "empresas", "fornecedores", "estabelecimentos", "beneficiarios", "favorecidos", "titulares", "merchants", "holders", "sacados") {
		return false // Companies and persons as well, for whom a document stands.
	}
	return len(segment) > 2 && len(segment) < 40 && (segment[len(segment)-1]|0x20) == 's' && strings.IndexByte("cpuCPU", segment[0]) < 0
}

// ddd reports whether two digits can be an area code of Brazil: none has a zero.
func ddd(s string) bool { return s[0] >= '1' && s[1] >= '1' }

// joined reports whether what stands before i makes a part of a longer word of
// what begins there.
func (f *finder) joined(i int) bool {
	if i == 0 {
		return false
	}
	switch c := f.text[i-1]; c {
	case '-', '.', '/', '_':
		return i > 1 && isWord(f.text[i-2]) && (c != '/' || isDigit(f.text[i-2]))
	default:
		return isWord(c)
	}
}

// continues reports whether the word goes on at i: behind a dash or a dot comes
// another part.
func (f *finder) continues(i int) bool {
	return i+1 < len(f.text) && (f.text[i] == '-' || f.text[i] == '.' || f.text[i] == '/') && isWord(f.text[i+1]) && (f.text[i] != '/' || isDigit(f.text[i+1]))
}

// code looks at a run of capitals and digits: a CNPJ with letters, an IBAN.
func (f *finder) code(w string) {
	start := f.at
	switch {
	case f.joined(start) || f.continues(start+len(w)):
	case len(w) == 14 && !allDigits(w) && ValidCNPJ(w) && !f.muted() && strings.ContainsAny(w, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
		f.found(start, start+len(w), CNPJ, "cnpj-digits")
	case len(w) >= 15 && ValidIBAN(w):
		f.found(start, start+len(w), IBAN, "iban-digits")
	case len(w) == 4 && isUpper(w[0]) && isUpper(w[1]) && isDigit(w[2]) && isDigit(w[3]):
		f.spacedIBAN()
	}
}

// spacedIBAN is an IBAN as people write it, in groups of four.
func (f *finder) spacedIBAN() {
	end := f.at
	for end < len(f.text) && end-f.at < 42 && (isDigit(f.text[end]) || isUpper(f.text[end]) || f.text[end] == ' ') {
		end++
	}
	for ; end-f.at > 15; end-- {
		if (end == len(f.text) || !isWord(f.text[end])) && ValidIBAN(strings.ReplaceAll(f.text[f.at:end], " ", "")) {
			f.found(f.at, end, IBAN, "iban-digits")
			return
		}
	}
}
