package detect

import "strings"

// Scanner finds values in text. It is safe for use by many goroutines.
type Scanner struct {
	names    *Names
	prefixes map[byte][]prefix
	forms    []form
	schemes  map[string]bool
	prose    map[string]bool
	// firsts are first names, notLast what is no surname behind them.
	firsts, notLast, said map[string]bool
	// acts are what persons do, roles who does that and is nobody.
	acts, roles map[string]bool
}

// NewScanner returns a Scanner that knows those names.
func NewScanner(n *Names) *Scanner {
	s := &Scanner{names: n, prefixes: map[byte][]prefix{}, forms: numberForms(), schemes: set("bearer basic token apikey negotiate ntlm hawk digest dpop"), prose: set(proseWords), firsts: set(firstNames), notLast: set(notSurnames), said: set(saidWords), acts: set(acts), roles: set(roles)}
	for _, p := range knownPrefixes() {
		s.prefixes[p.text[0]] = append(s.prefixes[p.text[0]], p)
	}
	return s
}

// Find returns what is found in text, in order, without overlaps. Where idLike is
// true, digits without punctuation prove nothing.
func (s *Scanner) Find(text string, idLike bool) []Span {
	if !worthScanning(text) {
		return nil
	}
	f := finder{Scanner: s, text: text, idLike: idLike}
	for f.at < len(text) {
		f.step()
	}
	return f.spans
}

// worthScanning tells most values of real messages apart: without a digit and
// without what separates names from values, short text holds nothing.
func worthScanning(text string) bool {
	if len(text) > 80 {
		return true
	}
	for i := range len(text) {
		if c := text[i]; isDigit(c) || c == '@' || c == '=' || c == ':' || c == ' ' {
			return true
		}
	}
	return len(text) >= 20
}

// finder walks over one text.
type finder struct {
	*Scanner
	text  string
	at    int
	spans []Span
	// nameStart is where a name with dashes and dots began, quiet until where digits
	// prove nothing.
	nameStart, quiet int
	idLike           bool
}

func (f *finder) found(start, end int, kind Kind, rule string) {
	f.spans = append(f.spans, Span{start, end, kind, rule})
	f.at, f.nameStart = end, end
	if kind == Card && rule != cardExpiry {
		f.expiry(end)
	}
}

// last is where the last found value ends.
func (f *finder) last() int {
	if len(f.spans) == 0 {
		return 0
	}
	return f.spans[len(f.spans)-1].End
}

func (f *finder) step() {
	from := f.at
	c, rest := f.text[from], f.text[from:]
	switch {
	case isWord(c):
		f.word()
		return
	case c == '<':
		if n := MaskLen(rest); n > 0 {
			f.at += n
			f.nameStart = f.at
			return
		}
	case c == '&' || c == '%' || c == '\\':
		if n := EscapedMaskLen(rest); n > 0 {
			f.at += n
			f.nameStart = f.at
			return
		}
	case c == '@':
		if f.login(); f.at == from {
			f.email()
		}
	case c == '+', c == '(':
		f.number()
	case c == ':':
		f.colon(rest)
	case c == '~' && from >= 5:
		f.azureSecret()
	case c == '-' && strings.HasPrefix(rest, "-----BEGIN "):
		f.privateKey()
	case c == '-' && strings.HasPrefix(rest, "-----END "):
		f.endOfKey()
	case c == '$' && len(rest) > 20:
		if f.passwordHash(); f.at == from {
			f.token(f.at)
		}
	}
	if f.at == from {
		f.at++
		if c != '-' && c != '.' {
			f.nameStart = f.at
		}
	}
}

// joinedTo looks at words by what follows at once: that of an address, a call, an option.
func (f *finder) joinedTo(start, end int) {
	if end == len(f.text) {
		return
	}
	switch f.text[end] {
	case ':':
		if f.address(start, end); f.at == start {
			f.oracle(start, end)
		}
	case '/':
		f.oneTimeLink(start, end)
	case '(':
		f.call(start, end)
	case '-':
		f.putty(start, end)
	case ' ':
		if f.netrc(start, end); f.at != start {
			return
		}
		if f.insert(start, end); f.at != start {
			return
		}
		f.curlUser(start, end)
	case '=', '\'', '"', '\\':
		f.curlUser(start, end)
	case '\t', '\r', '\n':
		f.insert(start, end)
	}
}

// colon looks at what has a colon in it.
func (f *finder) colon(rest string) {
	switch {
	case len(rest) < 2:
	case rest[1] == 'A' && strings.HasPrefix(rest, ":APA91b"):
		f.pushToken()
	case isDigit(rest[1]) || rest[1] == '*':
		f.postgresLine()
	}
}

// word looks at a run of letters and digits.
func (f *finder) word() {
	start := f.at
	if start > 0 && f.text[start-1] == '\\' && start+1 < len(f.text) && isWord(f.text[start+1]) && strings.IndexByte("nrt", f.text[start]) >= 0 {
		start++ // What begins a line that was escaped.
		f.at, f.nameStart = start, start
	}
	end := start + 1
	for end < len(f.text) && isWord(f.text[end]) {
		end++
	}
	for _, look := range [...]func(start, end int){f.numberOrCode, f.tokenAt, f.keyLike, f.keyOfForm, f.inName, f.scheme, f.joinedTo, f.keyword, f.session, f.nounPhrase, f.streetInEnglish, f.named, f.actor, f.person, f.firstName} {
		if look(start, end); f.at != start {
			return
		}
	}
	f.at = end
}

func (f *finder) numberOrCode(start, end int) {
	if c := f.text[start]; !isDigit(c) && !isUpper(c) {
		return
	}
	f.number()
	if f.at == start {
		f.code(f.text[start:end])
	}
	if f.at == start && end-start >= 20 {
		f.cardMessage(start, end)
	}
}

// MaskLen returns the length of the mask that s begins with, 0 when there is
// none: <kind> or <kind:pseudonym>.
func MaskLen(s string) int {
	if len(s) < 4 || s[0] != '<' {
		return 0
	}
	i := 1
	for i < len(s) && i < 24 && ('a' <= s[i] && s[i] <= 'z' || s[i] == '_') {
		i++
	}
	if i < 3 || i >= len(s) {
		return 0
	}
	if s[i] == ':' {
		from := i + 1
		for i = from; i < len(s) && i-from < PseudonymLength && ('a' <= s[i] && s[i] <= 'z' || '2' <= s[i] && s[i] <= '7'); {
			i++
		}
		if i-from != PseudonymLength {
			return 0
		}
	}
	if i < len(s) && s[i] == '>' {
		return i + 1
	}
	return 0
}

// EscapedMaskLen returns the length of the mask that s begins with, escaped for HTML,
// for a URL, for JSON, for Markdown, or for Markdown in JSON; 0 when there is none.
func EscapedMaskLen(s string) int {
	for _, form := range [...][2]string{
		{"&lt;", "&gt;"}, {"%3C", "%3E"}, {"%3c", "%3e"}, {`\u003c`, `\u003e`}, {`\u003C`, `\u003E`},
		{`\<`, `\>`}, {`\\<`, `\\>`}, {`\\\u003c`, `\\\u003e`},
	} {
		if !strings.HasPrefix(s, form[0]) {
			continue
		}
		// A kind has 20 letters at most, and the colon may be escaped.
		inner, _, ok := strings.Cut(s[len(form[0]):min(len(s), 48)], form[1])
		plain := strings.Replace(strings.Replace(inner, "%3A", ":", 1), "%3a", ":", 1)
		if ok && MaskLen("<"+plain+">") == len(plain)+2 {
			return len(form[0]) + len(inner) + len(form[1])
		}
	}
	return 0
}

// PseudonymLength is how many characters, of five bits, tell masked values apart.
const PseudonymLength = 8
