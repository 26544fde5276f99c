package detect

import "strings"

// nounPhrase looks at words of sentences by which what stands beside them is known, although
// nothing is between that separates a name from its value.
func (f *finder) nounPhrase(start, end int) {
	switch f.text[start:end] {
	case "como", "as":
		f.givenAs(start, end)
	case "c", "C":
		f.currentAccount(end)
	case "ag", "Ag", "AG":
		f.branch(end)
	case "cc", "Cc", "CC":
		f.accountOfBranch(start, end)
	case "expected", "got", "want", "received", "actual", "esperado", "esperada", "recebido", "recebida", "calculado", "calculada":
		f.otherSecret(start, end)
	case "CN":
		f.subject(end)
	case "placa", "Placa", "PLACA", "plate", "Plate":
		f.plate(end)
	}
}

// givenAs finds a secret before the word for what it was given as: "usou … como senha",
// "… was sent as password".
func (f *finder) givenAs(start, end int) {
	if end >= len(f.text) || f.text[end] != ' ' {
		return
	}
	to := end + 1 + wordLength(f.text[end+1:])
	if naming := f.names.Of(f.text[end+1 : to]); !naming.Strong || !naming.Kind.IsSecret() {
		return
	}
	before := strings.TrimRight(f.text[f.last():start], " ")
	for range 3 {
		space := strings.LastIndexByte(before, ' ')
		word := strings.Trim(before[space+1:], `"',()`)
		if SecretWord(word) {
			from := f.last() + space + 1 + strings.Index(before[space+1:], word)
			f.found(from, from+len(word), Password, "named-in-text")
			f.at, f.nameStart = end, end
			return
		}
		if space < 0 || !f.said[Fold(word)] {
			return
		}
		before = strings.TrimRight(before[:space], " ")
	}
}

// SecretWord reports a word of letters and digits, or other signs, in a mixture that words
// and the names of methods don't have: SHA256 is none.
func SecretWord(v string) bool {
	if len(v) < 6 || MaskLen(v) > 0 || strings.ContainsAny(v, "/\\<>(){}[]=:") || isUUID(v) {
		return false
	}
	digits, letters, small, others := 0, 0, 0, 0
	for i := range len(v) {
		switch c := v[i]; {
		case isDigit(c):
			digits++
		case isLetter(c):
			letters++
			if !isUpper(c) {
				small++
			}
		case c < 0x80 && c != '-' && c != '_' && c != '.':
			others++
		}
	}
	return digits > 0 && letters > 0 && (small > 0 || others > 0) && (len(v) > 7 || others > 0)
}

// judged returns where a password starts of which a verdict follows, or -1: "a senha … está
// incorreta".
func (f *finder) judged(name string, end int) int {
	line, _, ends := strings.Cut(f.text[end+1:min(len(f.text), end+1+maxVerdict)], "\n")
	word, rest, ok := strings.Cut(strings.TrimRight(line, "\r"), " ")
	if !SecretWord(strings.Trim(word, `"'`)) || f.names.Of(name).Kind != Password {
		return -1
	}
	if !ok && (ends || end+1+len(word) == len(f.text)) || f.given(end-len(name)) {
		return end + 1
	}
	verdict, _, _ := strings.Cut(rest, " ")
	if verdict = Fold(strings.TrimRight(verdict, ".,;!")); is(verdict, "esta", "estava", "foi", "ja", "nao", "has", "was", "does") || f.prose[verdict] {
		return end + 1
	}
	return -1
}

// given reports the word before a place by which what is named there was used: "using
// password …".
func (f *finder) given(at int) bool {
	before := strings.TrimSuffix(strings.TrimSuffix(f.text[max(0, at-16):max(at, 0)], "the "), "a ")
	for _, word := range [...]string{"using ", "with ", "usando ", "com "} {
		if strings.HasSuffix(before, word) {
			return true
		}
	}
	return false
}

// uuidOf returns where a UUID starts behind the name of a session or of a random key of Pix,
// or -1.
func (f *finder) uuidOf(start int, name string, end int) int {
	if at := end + 1; f.text[end] == ' ' && at+36 <= len(f.text) && isUUID(f.text[at:at+36]) && (ofSession(Fold(name)) || f.ofPix(start, Fold(name))) {
		return at
	}
	return -1
}

// ofSession reports the name of a session, folded, which its id opens.
func ofSession(folded string) bool { return is(folded, "sessao", "session", "sesion") }

// numberAt returns where the number begins and ends that stands at a place, behind spaces, a
// colon or "nº": digits, dots, dashes and a check digit.
func (f *finder) numberAt(at int) (start, end int) {
	rest := strings.TrimLeft(f.text[at:], " :.")
	for _, word := range [...]string{"nº", "n°", "no.", "n.", "numero", "número"} {
		rest = strings.TrimPrefix(rest, word)
	}
	rest = strings.TrimLeft(rest, " :.")
	start = len(f.text) - len(rest)
	n := 0
	for n < len(rest) && n < 24 && (isDigit(rest[n]) || strings.IndexByte(".-xX", rest[n]) >= 0) {
		n++
	}
	return start, start + lastDigit(rest[:n])
}

// currentAccount finds an account behind "c/c".
func (f *finder) currentAccount(end int) {
	rest := f.text[end:]
	if len(rest) < 5 || rest[0] != '/' || rest[1]|0x20 != 'c' || strings.IndexByte(" :.", rest[2]) < 0 {
		return
	}
	if start, to := f.numberAt(end + 2); to-start > 2 {
		f.found(start, to, Account, "named-in-text")
	}
}

// accountOfBranch finds an account behind "cc" where its branch comes before.
func (f *finder) accountOfBranch(start, end int) {
	if n := len(f.spans); n == 0 || f.spans[n-1].Kind != Branch || start-f.last() > 8 {
		return
	}
	if from, to := f.numberAt(end); to-from > 2 {
		f.found(from, to, Account, "named-in-text")
	}
}

// otherSecret finds the second of two that a sentence compares: "signature … does not match
// expected …".
func (f *finder) otherSecret(start, end int) {
	if n := len(f.spans); (n == 0 || !f.spans[n-1].Kind.IsSecret() || start-f.last() > maxVerdict) && !f.ofSecrets(start) {
		return
	}
	at := end + len(f.text[end:]) - len(strings.TrimLeft(f.text[end:], " :=\"'`"))
	if to := f.tokenEnd(min(at, len(f.text))); at > end && Unguessable(f.text[at:to]) {
		f.found(at, to, Token, "named-in-text")
	}
}

// ofSecrets reports a sentence that names a secret in the words before a place.
func (f *finder) ofSecrets(start int) bool {
	for word := range strings.FieldsSeq(f.text[max(0, start-maxVerdict):start]) {
		if naming := f.names.Of(strings.Trim(word, "(:,")); naming.Strong && naming.Kind.IsSecret() {
			return true
		}
	}
	return false
}

// cardExpiry is the rule of the month in which a card ends.
const cardExpiry = "card-expiry"

// expiry finds the month in which a card ends a few words behind its number: MM/YY, or with
// the whole year. No date has a month behind the first slash and such a year.
func (f *finder) expiry(end int) {
	line := f.text[end:min(len(f.text), end+maxVerdict/2)]
	slash := strings.IndexByte(line, '/')
	if slash < 2 || strings.ContainsAny(line[:slash], "\r\n{}") {
		return
	}
	at := end + slash - 2
	n := max(match(f.text[at:], "dd/20dd"), match(f.text[at:], "dd/dd"))
	if n == 0 || isDigit(f.text[at-1]) || at+n < len(f.text) && (isWord(f.text[at+n]) || f.text[at+n] == '/') || f.text[at:at+2] > "12" || f.text[at+n-2:at+n] < "20" {
		return
	}
	f.found(at, at+n, Card, cardExpiry)
}

// branch finds the branch of a bank behind "ag." or "ag".
func (f *finder) branch(end int) {
	if end >= len(f.text) || f.text[end] != ' ' && f.text[end] != '.' {
		return
	}
	if start, to := f.numberAt(end); to-start > 2 && to-start < 8 {
		f.found(start, to, Branch, "named-in-text")
	}
}

// subject finds who a certificate of ICP-Brasil is for, whose number follows the name
// (DOC-ICP-04, "Common Name"): CN=JOAO DA SILVA:12345678909.
func (f *finder) subject(end int) {
	if end >= len(f.text) || f.text[end] != '=' {
		return
	}
	n := properNoun(f.text[end+1:])
	if to := end + 1 + n; n > 0 && to+1 < len(f.text) && f.text[to] == ':' && (isDigit(f.text[to+1]) || MaskLen(f.text[to+1:]) > 0) {
		f.found(end+1, to, Name, "named-in-text")
	}
}

// plate finds that of a vehicle behind the word for it.
func (f *finder) plate(end int) {
	at := end + len(f.text[end:]) - len(strings.TrimLeft(f.text[end:], " :\"'="))
	if n := plateLength(f.text[at:]); n > 0 && at > end {
		f.found(at, at+n, Document, "named-in-text")
	}
}

// plateLength is that of the plate of a vehicle which s begins with, as Brazil has them
// since 1990 and since 2018 (Contran, resolution 729/2018), 0 for something else.
func plateLength(s string) int {
	if len(s) < 7 || !isLetter(s[0]) || !isLetter(s[1]) || !isLetter(s[2]) {
		return 0
	}
	for _, form := range [...]string{"dddd", "-dddd", " dddd", "dwdd"} {
		if n := 3 + match(s[3:], form); n > 3 && (n == len(s) || !isWord(s[n])) {
			return n
		}
	}
	return 0
}

// houseNumber is how much the number of a house takes that stands behind a street: ", 145",
// ", nº 12A".
func houseNumber(s string) int {
	rest, ok := strings.CutPrefix(s, ", ")
	if !ok {
		return 0
	}
	for _, word := range [...]string{"nº ", "n° ", "n. ", "no. ", "número ", "numero "} {
		rest = strings.TrimPrefix(rest, word)
	}
	n := 0
	for n < len(rest) && n < 6 && isDigit(rest[n]) {
		n++
	}
	if n == 0 || n == 6 || n < len(rest) && isWord(rest[n]) {
		return 0
	}
	return len(s) - len(rest) + n
}

// rejected is how much stands between the name of a field and the value that was refused, as
// Spring's errors have it: field 'senha': rejected value […].
func rejected(s string) int {
	const words = "rejected value ["
	if strings.HasPrefix(s, words) {
		return len(words)
	}
	return 0
}

// withValue returns where the value starts that follows a quoted name at i in a sentence, or
// -1: "cpf" with value "…".
func (f *finder) withValue(i int) int {
	for _, words := range [...]string{"with value ", "com valor ", "com o valor ", "has value "} {
		if rest, ok := strings.CutPrefix(f.text[i:], words); ok {
			return len(f.text) - len(strings.TrimLeft(rest, "\\"))
		}
	}
	return -1
}

// operator is how much stands before the value in a condition of MongoDB: { $eq: "…".
func operator(s string) int {
	rest := strings.TrimLeft(s, "{ \"'")
	if rest == "" || rest[0] != '$' || s[0] != '{' {
		return 0
	}
	n := 1 + wordLength(rest[1:])
	value := strings.TrimLeft(strings.TrimLeft(rest[n:], "\"' "), ":")
	if len(value) == len(rest[n:]) {
		return 0
	}
	return len(s) - len(strings.TrimLeft(value, " ["))
}
