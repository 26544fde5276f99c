package expose

import (
	"bytes"
	"regexp"
	"strings"

	"flagrante/capture/decode"
	"flagrante/capture/redact/detect"
	"flagrante/proxy"
)

// several is how many distinct people it takes: an answer may name the one whom
// the app's own account belongs to.
const several = 2

// number is a sort of numbers that name people. In its shape, 9 stands for a
// digit, A for a digit or a capital letter, and a space for a space or a hyphen.
// Without punctuation it has to be all that stands between quotes or tags.
type number struct {
	shape  string
	digits int
	valid  func(string) bool
	// alone reports that one is enough where the request names another one of its
	// sort: a company's number may be that of the app's own account.
	alone bool
}

func numbers() []number {
	return []number{
		{"999.999.999-99", 11, detect.ValidCPF, true},
		{"AA.AAA.AAA/AAAA-99", 14, detect.ValidCNPJ, false},
		{"9999 9999 9999 9999", 16, detect.ValidCard, true},
	}
}

func address() *regexp.Regexp {
	return regexp.MustCompile(`\b[\w.+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+\b`)
}

// identified returns the distinct values that name people, by their sort. Numbers
// are found by hand, which regular expressions would take a hundred times as long
// for.
func (f *Finder) identified(text []byte) []map[string]bool {
	found := make([]map[string]bool, len(f.numbers)+1)
	add := func(sort int, value string, valid func(string) bool) {
		if len(found[sort]) >= maxFinds || !valid(value) {
			return
		}
		if found[sort] == nil {
			found[sort] = map[string]bool{}
		}
		found[sort][value] = true
	}
	for i, b := range text {
		if !isCode(b) || i > 0 && isWord(text[i-1]) {
			continue
		}
		for sort, n := range f.numbers {
			if end := n.end(text, i); end > i {
				add(sort, bare(string(text[i:end])), n.valid)
			}
		}
	}
	if bytes.Count(text, []byte("@")) >= several {
		for _, find := range f.address.FindAll(text, maxFinds) {
			add(len(f.numbers), bare(string(find)), isPersonal)
		}
	}
	return found
}

// end returns where the number that begins at i ends, 0 when there is none.
func (n number) end(text []byte, i int) int {
	if end := i + len(n.shape); fits(text[i:], n.shape) && (end == len(text) || !isWord(text[end])) {
		return end
	}
	end := i + n.digits
	if i > 0 && end < len(text) && isQuote(text[i-1]) && isQuote(text[end]) && allDigits(text[i:end]) {
		return end
	}
	return 0
}

func fits(text []byte, shape string) bool {
	if len(text) < len(shape) {
		return false
	}
	for i := range len(shape) {
		b := text[i]
		var ok bool
		switch shape[i] {
		case '9':
			ok = isDigit(b)
		case 'A':
			ok = isCode(b)
		case ' ':
			ok = b == ' ' || b == '-'
		default:
			ok = b == shape[i]
		}
		if !ok {
			return false
		}
	}
	return true
}

func allDigits(text []byte) bool {
	for _, b := range text {
		if !isDigit(b) {
			return false
		}
	}
	return true
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
func isCode(b byte) bool  { return isDigit(b) || b >= 'A' && b <= 'Z' }
func isWord(b byte) bool  { return isCode(b) || b >= 'a' && b <= 'z' || b == '_' }
func isQuote(b byte) bool { return b == '"' || b == '\'' || b == '>' || b == '<' }

// people returns how many people an answer names that the request did not, 0 when
// they are fewer than several, and none of them stands for the one whom the request names.
func (f *Finder) people(text []byte, r proxy.Request) int {
	most, said := 0, ""
	for sort, distinct := range f.identified(text) {
		alone := sort < len(f.numbers) && f.numbers[sort].alone
		if len(distinct) < several && !(alone && len(distinct) > 0) {
			continue
		}
		if said == "" {
			said = spoken(r)
		}
		n := 0
		for value := range distinct {
			if !strings.Contains(said, value) {
				n++
			}
		}
		if n >= several || n == 1 && len(distinct) == 1 && alone && f.names(said, sort) {
			most = max(most, n)
		}
	}
	return most
}

// names reports whether a request names a person by a number of a sort.
func (f *Finder) names(said string, sort int) bool {
	for part := range strings.FieldsFuncSeq(said, func(r rune) bool { return !isNumberSign(r) }) {
		if f.identified([]byte(`"` + strings.Trim(part, ".- ") + `"`))[sort] != nil {
			return true
		}
	}
	return false
}

// isNumberSign tells of what the numbers are written of which one is enough.
func isNumberSign(r rune) bool { return r >= '0' && r <= '9' || strings.ContainsRune(".- ", r) }

// bare takes away what numbers are written with; addresses keep their own signs.
func bare(find string) string {
	find = strings.ToLower(strings.Trim(find, `"'<>`))
	if strings.Contains(find, "@") {
		return find
	}
	return strings.ToUpper(without(find, "./- "))
}

// without takes signs away. It is asked of each call, for which a strings.Replacer
// would be built anew.
func without(s, signs string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(signs, r) {
			return -1
		}
		return r
	}, s)
}

// isPersonal leaves out addresses that belong to an office and not to a person.
func isPersonal(address string) bool {
	name, domain, _ := strings.Cut(address, "@")
	for _, office := range []string{"suporte", "support", "contato", "contact", "atendimento", "sac", "help", "ajuda", "info", "noreply", "no-reply", "nao-responda",
		"admin", "webmaster", "postmaster", "abuse", "ouvidoria", "api", "dev", "developer", "security", "root", "git", "npm"} {
		if strings.HasPrefix(name, office) {
			return false
		}
	}
	return !strings.HasPrefix(domain, "example.")
}

// spoken is all that the request says, with and without the signs that numbers are
// written with.
func spoken(r proxy.Request) string {
	parts := []string{r.URL, string(decode.Body(r.Body, r.Header, maxText).Data)}
	for _, f := range r.Header {
		parts = append(parts, f.Value)
	}
	said := strings.Join(parts, "\n")
	said = strings.ReplaceAll(said, "%40", "@")
	return strings.ToLower(said) + "\n" + bare(strings.ReplaceAll(strings.ToUpper(said), "@", ""))
}
