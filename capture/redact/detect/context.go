package detect

import (
	"strings"
	"unicode/utf8"
)

// proseWords follow the name of a secret in sentences, and are none.
const proseWords = `invalid invalido invalida inválido inválida incorrect incorreta incorreto expired expirado expirada required obrigatorio obrigatoria
	obrigatório obrigatória missing ausente vazio vazia empty not nao não is e é must deve unauthorized timeout falhou falha blocked bloqueado bloqueada encontrado encontrada inexistente already locked null none nil undefined error erro ok mismatch
	revogado revogada revoked unknown desconhecido malformed bearer basic string true false type the a o um uma wrong failed denied forbidden no sem`

// named looks at a word that may be the name of what follows: senha=…, CPF: …,
// "password" => …, chave 123….
func (f *finder) named(start, end int) {
	if isDigit(f.text[start]) || end == len(f.text) {
		return
	}
	from, sure := f.separator(end)
	name := f.text[max(f.nameStart, f.last()):end]
	if len(name) > 64 {
		return
	}
	for _, look := range [...]func() int{
		func() int { return f.afterVerdict(name, end) }, func() int { return f.afterOption(name, end) },
		func() int { return f.afterArgument(start, end) }, func() int { return f.afterWords(start, name, end) },
		func() int { return f.uuidOf(start, name, end) }, func() int { return f.loginName(name, end) },
	} {
		if from < 0 {
			from = look()
		}
	}
	if from < 0 {
		return
	}
	if from < len(f.text) {
		from += rejected(f.text[from:]) + operator(f.text[from:])
	}
	naming := f.namingOf(name, start, from)
	if name == "input_value" {
		naming = f.lineAbove(start)
	}
	if naming.Kind == "" && naming.Subject {
		naming = f.lineBefore(start)
	}
	if naming.IDLike && from > end && from >= f.quiet { // Else the end of that token is known.
		f.quiet = from + f.tokenLength(from)
	}
	if naming.Kind == "" || from >= len(f.text) {
		return
	}
	valueStart, valueEnd := f.valueOf(naming.Kind, name, from)
	v := f.text[valueStart:valueEnd]
	if valueEnd <= valueStart || MaskLen(v) > 0 || strings.HasPrefix(v, "%3C") || variable(v) || !f.fits(naming, v, sure, valueStart > from, valueEnd) || f.saidOfPath(naming, v, valueEnd) {
		return
	}
	if len(v) == 1 && f.text[valueStart-1] == '\\' {
		return // The end of a line, as strings of programs and shells write it.
	}
	if strings.IndexByte(f.text[end:from], '|') >= 0 && f.names.Of(v).Kind != "" {
		return // The next name in the head of a table.
	}
	kind := f.names.Decide(naming, Naming{Person: true}, v)
	if kind == Name && name == "name" && strings.HasSuffix(strings.TrimRight(f.text[:start], " "), "form-data;") {
		return // The name of a field (RFC 7578, section 4.2).
	}
	if ofPerson(kind) && f.personBefore(start) {
		return // The document comes next.
	}
	if kind == Cookie {
		f.cookies(valueStart, valueEnd, Fold(name) == "setcookie")
	} else if kind != "" {
		f.found(valueStart, valueEnd, kind, "named-in-text")
	}
}

// belowCall is what a name says as an argument, or in an object of GraphQL:
// conta(numero: "1"), cartao: {numero: "1"}.
func (f *finder) belowCall(start int, name string) (Kind, bool) {
	open := strings.LastIndexAny(f.text[max(0, start-120):start], "({")
	if open < 0 || len(name) > 24 {
		return "", false
	}
	at := max(0, start-120) + open
	if strings.ContainsAny(f.text[at:start], ")}") {
		return "", false
	}
	at -= len(f.text[:at]) - len(strings.TrimRight(f.text[:at], " :=")) // cartao: {numero: …
	from := at
	for from > 0 && isWord(f.text[from-1]) {
		from--
	}
	if from == at {
		return "", false
	}
	outer := f.text[from:at]
	return f.names.Below(f.names.Of(outer), outer, name)
}

// variable reports whether a value is what a shell puts in place of a variable, as
// in '"$TOKEN"': the commands that we write have one where a secret was.
func variable(v string) bool {
	name, ok := strings.CutPrefix(v, `"$`)
	end := strings.IndexByte(name, '"')
	return ok && end > 0 && strings.Trim(name[:end], "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

func (f *finder) tokenLength(from int) int {
	if n := strings.IndexAny(f.text[from:], " \t\r\n,;&"); n >= 0 {
		return n
	}
	return len(f.text) - from
}

// separator returns where a value starts whose name ends at i, or -1. It is sure
// behind an equals sign, and not in what may be a sentence.
func (f *finder) separator(i int) (start int, sure bool) {
	rest := f.text[i:]
	trimmed := strings.TrimLeft(rest, "\\\"'`]*”’»")
	quoted := len(trimmed) < len(rest)
	trimmed = strings.TrimLeft(trimmed, " \t")
	at := func(t string) int { return len(f.text) - len(strings.TrimLeft(t, " \t\\([")) }
	switch {
	case strings.HasPrefix(trimmed, "=>"):
		return at(strings.TrimLeft(trimmed[2:], " \t\r\n")), true
	case strings.HasPrefix(trimmed, "="):
		return at(strings.TrimLeft(trimmed, "=")), true
	case quoted && strings.HasPrefix(trimmed, ";"):
		return f.serialised(i), true
	case strings.HasPrefix(trimmed, ":") && !strings.HasPrefix(trimmed, "://"):
		return at(strings.TrimPrefix(strings.TrimLeft(trimmed[1:], "=:"), "** ")), quoted
	case strings.HasPrefix(trimmed, "-> "):
		return at(trimmed[len("->"):]), true
	case strings.HasPrefix(trimmed, "| "):
		return at(trimmed[len("|"):]), false // The next cell of a table.
	case quoted:
		return f.withValue(len(f.text) - len(trimmed)), true
	case !strings.HasPrefix(rest, " "):
		return -1, false
	case strings.HasPrefix(trimmed, "e ") && match(trimmed[2:], "dddd") > 0:
		return at(trimmed[2:]), false // "é" without its accent.
	}
	for _, word := range [...]string{"is ", "é ", "eh ", "nº ", "n° ", "no. ", "n. ", "numero ", "número ", "number ", "LIKE ", "like ", "ILIKE ", "eq "} {
		if strings.HasPrefix(trimmed, word) {
			return at(trimmed[len(word):]), false
		}
	}
	for _, word := range [...]string{"em ", "on "} {
		if rest, ok := strings.CutPrefix(trimmed, word); ok && match(rest, "dd/dd/dddd") > 0 {
			return at(rest), false
		}
	}
	if trimmed != "" && (isDigit(trimmed[0]) || trimmed[0] == '\'' || trimmed[0] == '"' || printed(trimmed) > 0 || coded(trimmed)) {
		return at(trimmed), false
	}
	return -1, false
}

// valueOf returns where a value begins and ends that may be in quotes.
func (f *finder) valueOf(kind Kind, name string, from int) (start, end int) {
	if start, end = block(f.text[from:]); end > start && kind.IsSecret() {
		return from + start, from + end
	}
	if from += wrapping(f.text[from:]); from >= len(f.text) {
		return from, from
	}
	rest := f.text[from:]
	if q := rest[0]; q == '"' || q == '\'' || q == '`' {
		if n := strings.IndexByte(rest[1:], q); n >= 0 {
			return from + 1, from + 1 + len(strings.TrimRight(rest[1:1+n], "\\"))
		}
		return from + 1, len(f.text)
	}
	if n := printed(rest); n > 0 {
		return from + n, from + len(rest[:strings.IndexAny(rest, "”’»")])
	}
	n := 0
	switch folded := Fold(name); {
	case strings.HasSuffix(folded, "authorization"), kind == Cookie:
		n = strings.IndexAny(rest, "\r\n\"'")
		if n < 0 {
			n = len(rest)
		}
		if scheme, _, ok := strings.Cut(rest[:n], " "); ok && kind != Cookie && strings.Trim(scheme, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") == "" {
			return from + len(scheme) + 1, from + n
		}
	case kind == Name || kind == Address && !isDigit(rest[0]):
		n = properNoun(rest)
	case kind.IsSecret() || kind == Email || kind == User || kind == PixKey || kind == Birth || kind == BRCode:
		n = prefixed(rest)
		if i := strings.IndexAny(rest[n:], " \t\r\n,;&\"'<>`|)}]"); i >= 0 {
			n += i
		} else {
			n = len(rest)
		}
	default:
		for n < min(len(rest), 80) && (isDigit(rest[n]) || isUpper(rest[n]) || strings.IndexByte(" .-/()+xX", rest[n]) >= 0) {
			n++
		}
		n = lastDigit(rest[:n])
	}
	if kind.IsSecret() {
		if i := strings.Index(rest[:n], `\n`); i > 0 {
			n = i
		}
		return from, from + len(strings.TrimRight(rest[:n], ".,"))
	}
	return from, from + len(strings.TrimRight(rest[:n], ".,:;!? "))
}

// prefixed is how long the word in braces is that says how a password is kept: {noop}…,
// {SSHA}… (RFC 2307, section 5.3).
func prefixed(s string) int {
	if end := strings.IndexByte(s, '}'); end > 1 && end < 20 && s[0] == '{' && strings.IndexFunc(s[1:end], func(c rune) bool { return !isWord(byte(c)) && c != '-' && c != '@' }) < 0 {
		return end + 1
	}
	return 0
}

// saidOfPath reports what is said of an address, and is no value of what its last part
// names: POST /pessoas/{id}/contas: 3×, /rpc#login: 500, /users/login: timeout.
func (f *finder) saidOfPath(naming Naming, v string, end int) bool {
	if count, times := strings.CutSuffix(v, "×"); (times || strings.HasPrefix(f.text[end:], "×")) && allDigits(count) {
		return true
	}
	if f.nameStart == 0 || strings.IndexByte("/#", f.text[f.nameStart-1]) < 0 || !isPath(f.text[max(0, f.nameStart-maxPath):f.nameStart]) {
		return false
	}
	if naming.Kind.IsSecret() {
		return allDigits(v) && countsOf(f.text[end:])
	}
	return allDigits(v) && len(v) <= 3 || naming.Kind == User && !strings.ContainsAny(v, "0123456789@._-")
}

// countsOf reports whether a number before a text counts calls: POST /oauth2/token: 6 of 8.
func countsOf(after string) bool {
	for _, of := range []string{" de ", " of "} {
		if rest, ok := strings.CutPrefix(after, of); ok && rest != "" && isDigit(rest[0]) {
			return true
		}
	}
	return false
}

// maxPath bounds how far an address is followed back, in bytes.
const maxPath = 200

// isPath reports whether a text ends within an address, unlike in agência/conta.
func isPath(text string) bool {
	word := text[strings.LastIndexAny(text, " \t\r\n\"'`(>")+1:]
	for i := 1; i+1 < len(word); i++ {
		if word[i] == '{' || word[i] == '.' && isWord(word[i-1]) && isWord(word[i+1]) {
			return true
		}
	}
	return strings.HasPrefix(word, "/") || strings.Contains(word, "://")
}

// fits keeps sentences readable: "token: expired" holds no token.
func (f *finder) fits(naming Naming, v string, sure, quoted bool, end int) bool {
	first, _, more := strings.Cut(v, " ")
	said := f.prose[strings.ToLower(first)]
	if name, ok := strings.CutSuffix(first, "."); ok && f.prose[strings.ToLower(name)] {
		said, more = true, false
	}
	switch {
	case strings.Trim(v, "{[(\\") == "":
		return false // An object begins here.
	case naming.Kind == User, !more && (naming.Kind == Name || naming.Kind == Address) && said:
		return quoted || !said
	case !naming.Kind.IsSecret():
		return naming.Kind != Name || sure || quoted || strings.Contains(v, " ") || utf8.RuneCountInString(v) > 2
	}
	if naming.Kind == Token && !quoted && len(v) < 4 && allDigits(v) {
		return false // A status: /oauth/token: 400.
	}
	if said {
		return false
	}
	if sure || quoted || strings.ContainsAny(v, "0123456789") {
		return true
	}
	return end >= len(f.text) || strings.IndexByte("\r\n,;&}", f.text[end]) >= 0
}
