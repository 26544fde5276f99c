package expose

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"

	"flagrante/capture/decode"
	"flagrante/capture/redact/detect"
	"flagrante/proxy"
)

// Stranger reports whether an answer of success tells of another person than the
// address of the request asks for: the address names one CPF or CNPJ, or one account,
// and the answer says of its subject that it is another. Other people in the answer,
// such as who pays and who is paid, are none of that.
func Stranger(x *proxy.Exchange) bool {
	if x.Response == nil || x.Response.Status/100 != 2 || len(x.Response.Body.Data) == 0 || !digits(x.Request.URL, 4) {
		return false
	}
	asked := askedFor(x.Request.URL)
	if asked.person == "" && asked.account == "" {
		return false
	}
	var answer any
	decoder := json.NewDecoder(bytes.NewReader(decode.Body(x.Response.Body, x.Response.Header, maxText).Data))
	decoder.UseNumber()
	if decoder.Decode(&answer) != nil {
		return false
	}
	told := subjects{}
	told.read(answer, 0)
	return differs(asked.person, told.people) || differs(asked.account, told.accounts)
}

// digits reports whether n digits stand together in s, or with the signs between
// which numbers of people are written.
func digits(s string, n int) bool {
	run := 0
	for i := range len(s) {
		switch {
		case isDigit(s[i]):
			if run++; run >= n {
				return true
			}
		case s[i] != '.' && s[i] != '-':
			run = 0
		}
	}
	return false
}

// subject is whom an address asks for.
type subject struct{ person, account string }

// askedFor reads the address: a part that is a valid number of a person, and a part
// behind one that is called account. Two people are none that can be told.
func askedFor(address string) (s subject) {
	_, address, _ = strings.Cut(address, "://")
	before := ""
	for part := range strings.FieldsFuncSeq(address, betweenParts) {
		if strings.IndexByte(part, '%') >= 0 {
			if plain, err := url.PathUnescape(part); err == nil {
				part = plain
			}
		}
		if isPerson(part) {
			if s.person != "" && s.person != bare(part) {
				return subject{}
			}
			s.person = bare(part)
		}
		if len(part) <= 20 && isAccountName(before) && digits(part, 4) {
			s.account = bare(part)
		}
		before = part
	}
	return s
}

// betweenParts tells what stands between the segments of a path, and between the names
// and values of a query.
func betweenParts(r rune) bool { return r == '/' || r == '?' || r == '&' || r == '=' || r == '#' }

func isPerson(s string) bool {
	// Longer ones are no CNPJ with its signs, shorter ones no CPF.
	if len(s) < 11 || len(s) > 20 {
		return false
	}
	if n := countBare(s); n != 11 && n != 14 {
		return false
	}
	b := bare(s)
	return len(b) == 11 && detect.ValidCPF(b) || len(b) == 14 && detect.ValidCNPJ(b)
}

// countBare is how many bytes are left of a number of a person without its signs. It is
// asked of each part of each address, and spares nearly all of them the taking away.
func countBare(s string) int {
	n := 0
	for i := range len(s) {
		if strings.IndexByte("./- \"'<>", s[i]) < 0 {
			n++
		}
	}
	return n
}

func isAccountName(s string) bool {
	if len(s) < len("conta") || len(s) > len("accounts") {
		return false
	}
	for _, name := range []string{"conta", "contas", "account", "accounts"} {
		if strings.EqualFold(s, name) {
			return true
		}
	}
	return false
}

// subjects are the numbers by which an answer tells whom it is about.
type subjects struct{ people, accounts []string }

// depth is how far down the subject of an answer is told: in the answer, in its
// envelope, and in the member that is the subject.
const depth = 3

func (s *subjects) read(value any, level int) {
	object, ok := value.(map[string]any)
	if !ok || level >= depth {
		return
	}
	for name, v := range object {
		name = strings.ToLower(without(name, "_-"))
		text := ""
		switch v := v.(type) {
		case string:
			text = v
		case json.Number:
			text = v.String()
		case map[string]any:
			if isEnvelope(name) {
				s.read(v, level+1)
			}
			continue
		}
		switch name {
		case "cpf", "cnpj", "cpfcnpj", "documento", "document", "numerodocumento", "documentnumber", "taxid", "nationalid":
			if isPerson(text) {
				s.people = append(s.people, bare(text))
			}
		case "conta", "numeroconta", "contaid", "accountnumber", "accountid", "account":
			if digits(text, 4) {
				s.accounts = append(s.accounts, bare(text))
			}
		}
	}
}

// isEnvelope reports whether a member holds the subject of an answer, and not somebody
// who has to do with it.
func isEnvelope(name string) bool {
	switch name {
	case "data", "dados", "result", "resultado", "response", "cliente", "customer", "client", "titular", "holder", "owner", "pessoa", "person",
		"conta", "account", "usuario", "user", "cadastro", "profile", "perfil":
		return true
	}
	return false
}

// differs reports whether what was told is all something else than what was asked for.
// A check digit or a branch may be left out on one side.
func differs(asked string, told []string) bool {
	for _, t := range told {
		if strings.Contains(t, asked) || strings.Contains(asked, t) {
			return false
		}
	}
	return asked != "" && len(told) > 0
}
