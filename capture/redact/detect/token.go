package detect

import (
	"encoding/base64"
	"strings"
)

// prefix is how the secrets of a well-known service begin.
type prefix struct {
	text string
	// length is how long the whole is at least.
	length int
}

func knownPrefixes() []prefix {
	var all []prefix
	for text := range strings.FieldsSeq(`sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ pk_test_ ak_live_ ak_test_ ek_live_ ek_test_ whsec_ ghp_ gho_ ghu_ ghs_ ghr_
		github_pat_ glpat- gldt- glrt- xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xoxc- xapp- ya29. SG. npm_ pypi- shpat_ shpss_ shpca_ shppa_ dop_v1_ doo_v1_ hf_ sk-
		APP_USR- TEST- access_token$ $aact_ dckr_pat_ hvs. hvb. AGE-SECRET-KEY-1 nvapi- lin_api_ sq0atp- sq0csp- xkeysib- rzp_live_ rzp_test_ pplx- gsk_
		atlasv1. figd_ NRAK- PMAK- GOCSPX- 1//0 AIza LTAI ATATT3 tfp_ ntn_ secret_ vercel_ sbp_ sntrys_ glsa_ key- api_key_ live_ prod_ rnd_ fo1_ FlyV1 dapi
		r8_ HRKU- dp.pt. dp.st. AKID FwoGZXIvYXdz IQoJb3JpZ2lu Client_Secret_ phc_ phx_ pat_ pul- sl. AQ. waxp_
		EZAK EZTK FLWSECK- FLWSECK_TEST- access-production- access-development- access-sandbox-`) {
		all = append(all, prefix{text, max(20, len(text)+12)})
	}
	return append(all, prefix{"EAA", 40}, prefix{"AKIA", 20}, prefix{"ASIA", 20}, prefix{"AROA", 20})
}

// maxToken is the longest run that is looked at as one token, in bytes.
const maxToken = 4096

// tokenEnd returns where the run of characters ends that tokens are made of.
func (f *finder) tokenEnd(start int) int {
	end := start
	for end < len(f.text) && end-start < maxToken && (isDigit(f.text[end]) || isLetter(f.text[end]) || strings.IndexByte("_-.~+/=$:", f.text[end]) >= 0) {
		end++
	}
	return start + len(strings.TrimRight(f.text[start:end], ".:"))
}

func (f *finder) tokenAt(start, end int) {
	if f.joined(start) && f.text[start-1] != '.' && f.text[start-1] != '/' {
		return
	}
	if c := f.text[start]; c == 'e' && !f.joined(start) && strings.HasPrefix(f.text[start:], "eyJ") {
		f.jwt(start)
	} else if strings.HasPrefix(f.text[start:end], "bot") && allDigits(f.text[start+3:end]) && end-start >= 11 && end-start <= 14 && end < len(f.text) && f.text[end] == ':' {
		f.telegram(start+3, end)
	} else if isDigit(c) && end-start >= 8 && end-start <= 11 && end < len(f.text) && f.text[end] == ':' {
		f.telegram(start, end)
	}
	if f.at == start {
		f.token(start)
	}
	if f.at == start {
		f.marked(start)
	}
}

// token looks for the secrets of well-known services.
func (f *finder) token(start int) {
	for _, p := range f.prefixes[f.text[start]] {
		if !strings.HasPrefix(f.text[start:], p.text) {
			continue
		}
		end := f.tokenEnd(start)
		if v := f.text[start:end]; len(v) >= p.length && (secretLike(v[len(p.text):]) || amazonKey(v)) {
			f.found(start, end, Token, "known-prefix")
			return
		}
	}
}

// amazonKey is the id of an access key: twenty capitals and digits.
func amazonKey(v string) bool { return len(v) == 20 && match(v, "wwwwwwwwwwwwwwwwwwww") == 20 }

// secretLike reports whether what follows a known beginning was made by chance.
func secretLike(v string) bool {
	digits, letters, dashes := 0, 0, 0
	for i := range len(v) {
		switch {
		case isDigit(v[i]):
			digits++
		case isLetter(v[i]):
			letters++
		case v[i] == '-', v[i] == '_', v[i] == '.':
			dashes++
		case v[i] == ':':
			return i > 20 && strings.HasPrefix(v[i:], "::") // Asaas has a second part.
		}
	}
	return (digits >= 2 || patternless(v)) && letters >= 2 && dashes*5 < len(v)+5
}

// patternless reports small and capital letters and digits by turns, as neither words
// nor names of several words have them.
func patternless(v string) bool {
	if len(v) < 20 {
		return false
	}
	class := func(c byte) int {
		switch {
		case isUpper(c):
			return 0
		case isLetter(c):
			return 1
		}
		return 2
	}
	changes := 0
	for i := 1; i < len(v); i++ {
		if class(v[i]) != class(v[i-1]) {
			changes++
		}
	}
	return changes*3 >= len(v)
}

// jwt is a JSON Web Token (RFC 7519), or an encrypted one (RFC 7516): base64url
// parts between dots, the first of which is a JSON object. It may be cut off.
func (f *finder) jwt(start int) {
	end, dots := start, 0
	for end < len(f.text) && (isDigit(f.text[end]) || isLetter(f.text[end]) || strings.IndexByte("_-.=", f.text[end]) >= 0) {
		if f.text[end] == '.' {
			dots++
		}
		end++
	}
	v := strings.TrimRight(f.text[start:end], ".")
	if first := strings.IndexByte(v, '.'); dots > 0 && first >= 10 && len(v)-first > 5 && (strings.HasPrefix(v[first:], ".ey") || dots > 1) {
		f.found(start, start+len(v), Token, "jwt")
	}
}

// telegram is the token of a bot: its number, a colon, and 35 characters.
func (f *finder) telegram(start, end int) {
	n := end + 1
	for n < len(f.text) && (isWord(f.text[n]) || f.text[n] == '-') {
		n++
	}
	if n-end > 30 && n-end < 50 {
		f.found(start, n, Token, "known-prefix")
	}
}

// scheme is a value of the Authorization field that stands in text.
func (f *finder) scheme(start, end int) {
	if end+9 > len(f.text) || f.text[end] != ' ' || !f.schemes[strings.ToLower(f.text[start:end])] {
		return
	}
	from := end + 1
	to := f.tokenEnd(from)
	v := f.text[from:to]
	if len(v) < 8 || strings.HasPrefix(v, "HTTP/") || strings.Contains(strings.TrimRight(v, "="), "=") || strings.Contains(v, "://") {
		return
	}
	basic := strings.EqualFold(f.text[start:end], "basic") && encodedPair(v)
	// Without a digit it is a word of a sentence, unless it is long or mixed.
	if basic || strings.ContainsAny(v, "0123456789") || len(v) > 24 || mixed(v) {
		f.found(from, to, Token, "authorization-value")
	}
}

// mixed reports capitals between small letters, as no word has them.
func mixed(v string) bool {
	for i := 1; i < len(v); i++ {
		if isUpper(v[i]) && strings.ToUpper(v) != v {
			return true
		}
	}
	return false
}

func encodedPair(v string) bool {
	plain, err := base64.StdEncoding.DecodeString(v)
	return err == nil && strings.Contains(string(plain), ":")
}

// privateKey is a key in PEM; without an end it goes on to the end of the text.
func (f *finder) privateKey() {
	rest := f.text[f.at:]
	line := strings.Index(rest[11:], "-----")
	if line < 0 || !strings.Contains(rest[:11+line], "PRIVATE KEY") {
		return
	}
	end := len(rest)
	if i := strings.Index(rest, "-----END "); i > 0 {
		if j := strings.Index(rest[i+9:], "-----"); j >= 0 {
			end = i + 9 + j + 5
		}
	}
	f.found(f.at, f.at+end, PrivateKey, "private-key")
}

// address looks into an absolute URL: for user information, and for hooks whose
// path is the secret.
func (f *finder) address(_, end int) {
	if !strings.HasPrefix(f.text[end:], "://") {
		return
	}
	from := end + 3
	rest := f.text[from:min(len(f.text), from+512)]
	if i := strings.IndexAny(rest, " \t\r\n\"'<>`|"); i >= 0 && MaskLen(rest[i:]) == 0 {
		rest = rest[:i]
	}
	authority := rest
	if i := strings.IndexAny(authority, "/?#"); i >= 0 {
		authority = authority[:i]
	}
	if i := strings.LastIndexByte(authority, '@'); i > 0 && MaskLen(authority) != i {
		f.found(from, from+i, Secret, "url-user")
		return
	}
	for _, hook := range [...]string{"hooks.slack.com/services/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/", "api.telegram.org/bot", "api.telegram.org/file/bot", "webhook.office.com/webhookb2/", "outlook.office.com/webhook/", "hooks.zapier.com/hooks/catch/"} {
		if i := strings.Index(rest, hook); i >= 0 {
			secret := rest[i+len(hook):]
			if strings.Contains(hook, "telegram") {
				secret, _, _ = strings.Cut(secret, "/")
			}
			secret, _, _ = strings.Cut(secret, "?")
			if secret != "" && MaskLen(secret) == 0 && !strings.HasPrefix(secret, "%3C") {
				f.found(from+i+len(hook), from+i+len(hook)+len(secret), Token, "webhook-url")
			}
			return
		}
	}
}

// oracle finds the password in an address of Oracle's driver, which has its user
// information behind a colon (Oracle Database JDBC Developer's Guide, "Data Sources
// and URLs"): jdbc:oracle:thin:user/password@host.
func (f *finder) oracle(start, end int) {
	const scheme = ":oracle:"
	if f.text[start:end] != "jdbc" || !strings.HasPrefix(f.text[end:], scheme) {
		return
	}
	from := end + len(scheme)
	rest := f.text[from:min(len(f.text), from+512)]
	if i := strings.IndexAny(rest, " \t\r\n\"'<>`|"); i >= 0 && MaskLen(rest[i:]) == 0 {
		rest = rest[:i]
	}
	driver, rest, _ := strings.Cut(rest, ":")
	login, _, ok := strings.Cut(rest, "@")
	user, password, both := strings.Cut(login, "/")
	if ok && both && password != "" && MaskLen(password) == 0 {
		from += len(driver) + 1 + len(user) + 1
		f.found(from, from+len(password), Password, "url-user")
	}
}

// email is an address around an at sign.
func (f *finder) email() {
	start, end := f.at, f.at+1
	for start > f.last() && (isWord(f.text[start-1]) || strings.IndexByte(".+-%'", f.text[start-1]) >= 0) {
		start--
	}
	for end < len(f.text) && (isWord(f.text[end]) || f.text[end] == '.' || f.text[end] == '-') {
		end++
	}
	for start < f.at && !isWord(f.text[start]) {
		start++
	}
	domain := strings.TrimRight(f.text[f.at+1:end], ".-")
	dot := strings.LastIndexByte(domain, '.')
	if start == f.at || dot < 1 || len(domain)-dot < 3 || !isLetter(domain[dot+1]) {
		return
	}
	f.found(start, f.at+1+len(domain), Email, "email-form")
}
