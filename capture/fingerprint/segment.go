package fingerprint

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// maxLiteral is the longest segment that can be a name somebody gave.
	maxLiteral = 48
	// maxSegment is how much of a segment is looked at.
	maxSegment = 512
	parameter  = "{id}"
)

// classifier recognises the segments of a path that are values rather than names.
type classifier struct {
	version, month, extension *regexp.Regexp
	// release and date are of versions without a "v", with more of the path behind them:
	// /iptu/1.0/debitos, and at its beginning alone /2010-04-01/Accounts, as there /1/sales is.
	release, date *regexp.Regexp
	values        []*regexp.Regexp
}

func newClassifier() classifier {
	c := classifier{
		version:   regexp.MustCompile(`^[vV][0-9]+(\.[0-9]+)*([a-z]+[0-9]*)?$`),
		month:     regexp.MustCompile(`^[0-9]{4}-[0-9]{2}$`),
		release:   regexp.MustCompile(`^[0-9]{1,2}\.[0-9](\.[0-9]{1,2})?$`),
		date:      regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`),
		extension: regexp.MustCompile(`^\.[a-z][a-z0-9]{1,4}$`),
	}
	for _, expr := range []string{
		`^[+-]?[0-9]+([.,][0-9]+)?$`,
		// What is masked was a value.
		`<[a-z][a-z0-9_.-]*(:[0-9a-z]+)?>`,
		// UUID, RFC 9562.
		`^\{?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\}?$`,
		// ULID.
		`^[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}$`,
		// Dates and times, ISO 8601.
		`^[0-9]{4}-[0-9]{2}(-[0-9]{2}([T ].*)?)?$`,
		`^[^@\s]+@[^@\s]+$`,
		// CPF, and CNPJ with the letters that it may have from July 2026
		// (Instrução Normativa RFB 2.229/2024).
		`^[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}$`,
		`^[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-[0-9]{2}$`,
		`^[0-9A-Z]{12}[0-9]{2}$`,
		// Addresses of the internet protocol.
		`^[0-9]{1,3}(\.[0-9]{1,3}){3}$`,
		`^[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,7}$`,
		// EndToEndId and return id of Pix (Manual de Padrões para Iniciação do Pix).
		`^[ED][0-9]{20}[0-9A-Za-z]{11}$`,
		// Such an id as tests make it up, or cut.
		`^[ED][0-9]{2,}[0-9A-Za-z]*$`,
		// A key of OData.
		`^\([^)]*\)$`,
	} {
		c.values = append(c.values, regexp.MustCompile(expr))
	}
	return c
}

// segment returns what stands for a decoded segment in a template, and whether
// it is more than the segment itself. before is the segment on its left.
func (c classifier) segment(s, before string) (string, bool) {
	if plainWord(s) {
		return "", false
	}
	if name, key, ok := strings.Cut(s, "("); ok && name != "" && strings.HasSuffix(key, ")") {
		return name + "(" + parameter + ")", true
	}
	if numeric(s) {
		return parameter, true
	}
	if i := strings.LastIndexByte(s, '.'); i > 0 && !strings.Contains(s, "@") && c.extension.MatchString(s[i:]) && c.isValue(s[:i], before) {
		return parameter + s[i:], true
	}
	if c.isValue(s, before) {
		return parameter, true
	}
	return "", false
}

// plainWord reports whether s is made of small letters and their joints, as
// nearly all names are, so that nothing else has to be tried.
func plainWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && c != '-' && c != '_' {
			return false
		}
	}
	return len(s) <= maxLiteral && !hexWord(s)
}

// hexWord tells hexadecimal ids that happen to have no digit: no name of that length is
// made of their letters alone.
func hexWord(s string) bool {
	return len(s) >= 8 && (strings.Trim(s, "abcdef") == "" || strings.Trim(s, "ABCDEF") == "")
}

func (c classifier) isValue(s, before string) bool {
	if utf8.RuneCountInString(s) > maxLiteral {
		return true
	}
	// Some vendors version their API by month: /admin/api/2026-10/orders.
	if c.version.MatchString(s) || strings.EqualFold(before, "api") && c.month.MatchString(s) {
		return false
	}
	return random(s) || slices.ContainsFunc(c.values, func(v *regexp.Regexp) bool { return v.MatchString(s) })
}

// random reports whether a part of s between joints looks made up by a machine:
// chg_1a2B3c, ORD-2026-0001, txids. Words with a digit stay words: oauth2, s3,
// pix-v2, step-1.
func random(s string) bool {
	s = strings.TrimPrefix(s, "0x")
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ':' || r == '~' || r == '=' })
	digits := 0
	for _, part := range parts {
		digits += groupsOf(part)
		if numeric(part) && len(part) >= 3 || machineMade(part) {
			return true
		}
	}
	// Letters and digits over a length that no name has, such as base64url.
	return digits > 0 && len(s) >= 20 && digits+len(parts) > 4
}

func numeric(s string) bool { return strings.Trim(s, "0123456789") == "" && s != "" }

// machineMade tells a run of letters and digits that alternate, or hexadecimal
// digits, from a word with a number at its end.
func machineMade(s string) bool {
	groups := groupsOf(s)
	switch {
	case hexWord(s):
		return true
	case groups == 0 || strings.IndexFunc(s, func(r rune) bool { return !letterOrDigit(r) }) >= 0:
		return false
	case strings.Trim(s, "0123456789abcdef") == "" || strings.Trim(s, "0123456789ABCDEF") == "":
		return len(s) >= 8 || groups >= 2 && len(s) >= 6
	case digitsOf(s) >= maxDigits:
		return true
	case s[0] >= '0' && s[0] <= '9':
		return len(s) >= 5
	}
	return groups >= 2 && len(s) >= 6
}

// maxDigits is the number of digits from which on a part of a name is a number
// with something before it, as in NFe3519….
const maxDigits = 6

func digitsOf(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

func letterOrDigit(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// groupsOf counts the runs of digits in s.
func groupsOf(s string) int {
	groups, in := 0, false
	for i := range len(s) {
		digit := s[i] >= '0' && s[i] <= '9'
		if digit && !in {
			groups++
		}
		in = digit
	}
	return groups
}
