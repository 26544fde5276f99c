package detect

import (
	"strings"
	"unicode"
)

// curlUser finds the password that a command names with its user: curl -u user:password,
// smbclient -U user%password.
func (f *finder) curlUser(start, end int) {
	option := f.text[start:end]
	separator := ":"
	switch {
	case start == 0 || f.text[start-1] != '-' || end >= len(f.text):
		return
	case is(option, "u", "user") && strings.Contains(f.text[:start], "curl "):
	case is(option, "U", "user") && (strings.Contains(f.text[:start], "smbclient ") || strings.Contains(f.text[:start], "rpcclient ")):
		separator = "%"
	default:
		return
	}
	from := end + len(f.text[end:]) - len(strings.TrimLeft(f.text[end:], " ='\"\\"))
	to := len(f.text)
	if n := strings.IndexAny(f.text[from:], " \t\r\n'\"\\"); n >= 0 {
		to = from + n
	}
	user, password, ok := strings.Cut(f.text[from:to], separator)
	if ok && password != "" && MaskLen(password) == 0 {
		f.found(from+len(user)+1, to, Password, "curl-user")
	}
}

// netrc finds the password behind a login, as in the file of that name (ftp manual page,
// "The .netrc file").
func (f *finder) netrc(start, end int) {
	if f.text[start:end] != "password" || end+1 >= len(f.text) || f.text[end] != ' ' {
		return
	}
	before := strings.Fields(f.text[max(0, start-120):start])
	if n := len(before); n < 2 || before[n-2] != "login" {
		return
	}
	from := end + 1
	to := from + f.tokenLength(from)
	if to > from && MaskLen(f.text[from:]) == 0 {
		f.found(from, to, Password, "netrc")
	}
}

// serialised returns where the value starts that PHP writes behind a name which ends at i
// (PHP manual, "serialize"), or -1: s:5:"senha";s:3:"abc"; and s:3:"cpf";i:1;
func (f *finder) serialised(i int) int {
	start := i + strings.IndexByte(f.text[i:], ';') + 1
	end := start
	for end < len(f.text) && end-start < 16 && (isLetter(f.text[end]) && end == start || isDigit(f.text[end]) || f.text[end] == ':') {
		end++
	}
	switch kind := f.text[start:end]; {
	case strings.HasPrefix(kind, "s:") && strings.HasSuffix(kind, ":"):
		return end + len(f.text[end:]) - len(strings.TrimLeft(f.text[end:], "\\"))
	case strings.HasPrefix(kind, "i:") && len(kind) > 2:
		return start + 2
	}
	return -1
}

// maxVerdict bounds the words between the name of a secret and the secret, in bytes.
const maxVerdict = 48

// afterVerdict returns where a secret starts behind what is said of it, or -1:
// "Token de acesso inválido: 9f8e…", "A senha informada (9f8e…) não confere".
func (f *finder) afterVerdict(name string, end int) int {
	rest := f.text[end:min(len(f.text), end+maxVerdict)]
	colon := strings.Index(rest, ": ")
	if bracket := strings.Index(rest, " ("); bracket >= 0 && (colon < 0 || bracket < colon) {
		return f.inBrackets(name, end, bracket)
	}
	if colon < 0 || rest[0] != ' ' || strings.ContainsAny(rest[:colon], ".,;:=\"'<>{}()\r\n") {
		return -1
	}
	verdict := strings.Fields(rest[:colon])
	if len(verdict) == 0 {
		return -1
	}
	from, last := end+colon+len(": "), strings.ToLower(verdict[len(verdict)-1])
	if is(Fold(last), "provisoria", "provisorio", "temporaria", "temporario", "nova", "novo", "atual", "inicial", "padrao", "gerada", "gerado", "acesso", "sms", "temporary", "generated") || gave(last) {
		return f.secretFrom(name, from)
	}
	if !f.prose[last] && !is(last, "value", "valor") {
		return -1
	}
	kind := f.names.Of(name).Kind
	if numbers(kind) {
		return from
	}
	if word := strings.FieldsFunc(f.text[from:min(len(f.text), from+maxVerdict)], unicode.IsSpace); kind == Password && len(word) > 0 && SecretWord(word[0]) {
		return from
	}
	if strings.HasPrefix(f.text[from:], "'") || strings.HasPrefix(f.text[from:], `"`) || Unguessable(f.text[from:f.tokenEnd(from)]) {
		return f.secretFrom(name, from)
	}
	return -1
}

// numbers reports a kind of personal data that no words are taken for.
func numbers(kind Kind) bool {
	switch kind {
	case "", Name, Address, User, Biometric, Position:
		return false
	}
	return !kind.IsSecret()
}

// secretFrom is a place behind the name of a secret, -1 behind any other name.
func (f *finder) secretFrom(name string, from int) int {
	if !f.names.Of(name).Kind.IsSecret() {
		return -1
	}
	return from
}

// inBrackets is afterVerdict for a secret in brackets: one that nobody could guess, or
// a password of which is said that somebody gave it. Codes of errors stand there, too.
func (f *finder) inBrackets(name string, end, bracket int) int {
	said, from := f.text[end:end+bracket], end+bracket+len(" (")
	length := strings.IndexByte(f.text[from:], ')')
	if length < 4 || strings.ContainsAny(said, ".,;:=\"'<>{}()\r\n") {
		return -1
	}
	v := f.text[from : from+length]
	given := strings.ContainsAny(v, "0123456789") && gave(said)
	if strings.ContainsAny(v, " \t\r\n") || !given && !Unguessable(v) {
		return -1 // Most brackets, before the name is looked up.
	}
	if kind := f.names.Of(name).Kind; !kind.IsSecret() || kind != Password && !Unguessable(v) {
		return -1
	}
	return from
}

// gave reports whether somebody is said to have given something: informada, provided.
func gave(said string) bool {
	for word := range strings.FieldsSeq(said) {
		switch strings.TrimRight(Fold(word), "aos") {
		case "informad", "fornecid", "enviad", "digitad", "recebid", "usad", "utilizad", "provided", "supplied", "given", "sent", "entered", "received", "used":
			return true
		}
	}
	return false
}

// call finds credentials among the arguments of a call, as traces of the stack show them:
// App\Auth->login('joao', 'abc'), PDO->__construct('mysql:…', 'root', 'abc').
func (f *finder) call(start, end int) {
	if end+3 >= len(f.text) || f.text[end] != '(' || f.text[end+1] != '\'' && f.text[end+1] != '"' {
		return
	}
	name := Fold(f.text[start:end])
	opens := strings.Contains(name, "connect") || name == "construct" && strings.HasSuffix(strings.TrimRight(f.text[:start], "->:"), "PDO")
	if !opens && !LogsIn(name) && !strings.Contains(name, "password") && !strings.Contains(name, "senha") {
		return
	}
	arguments := f.arguments(end + 1)
	last := len(arguments) - 1
	for i, a := range arguments {
		v := f.text[a[0]:a[1]]
		switch {
		case v == "" || MaskLen(v) > 0:
		case i == last && (i > 0 && !opens || i > 1 || strings.Contains(name, "password") || strings.Contains(name, "senha")):
			f.found(a[0], a[1], Password, "argument")
		case i == last-1 && (i > 0 || !opens):
			f.found(a[0], a[1], User, "argument")
		}
	}
}

// LogsIn reports the name of a function or method that is given what somebody logs in with.
func LogsIn(name string) bool {
	name = Fold(name)
	return strings.Contains(name, "login") || strings.Contains(name, "signin") || strings.Contains(name, "autentic") || strings.Contains(name, "authenticat")
}

// maxArguments is how many arguments of a call are looked at.
const maxArguments = 6

// arguments returns where the quoted arguments begin and end that stand at from.
func (f *finder) arguments(from int) (all [][2]int) {
	for len(all) < maxArguments && from < len(f.text) && (f.text[from] == '\'' || f.text[from] == '"') {
		n := strings.IndexByte(f.text[from+1:min(len(f.text), from+256)], f.text[from])
		if n < 0 {
			break
		}
		all = append(all, [2]int{from + 1, from + 1 + n})
		from += n + 2
		rest := strings.TrimLeft(f.text[from:], " ")
		if !strings.HasPrefix(rest, ",") {
			break
		}
		from = len(f.text) - len(strings.TrimLeft(rest[1:], " "))
	}
	return all
}
