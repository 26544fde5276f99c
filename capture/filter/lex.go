package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

func (p *parser) end() bool { return p.at >= len(p.text) }

func (p *parser) rune() rune {
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return r
}

func (p *parser) next() {
	_, size := utf8.DecodeRuneInString(p.text[p.at:])
	p.at += size
}

func (p *parser) space() {
	for !p.end() && unicode.IsSpace(p.rune()) {
		p.next()
	}
}

// breaks reports whether a bare word ends here.
func (p *parser) breaks() bool {
	r := p.rune()
	return unicode.IsSpace(r) || r == '(' || r == ')' || r == '"'
}

// isKeyword reports whether a word of the language comes, whatever its case.
func (p *parser) isKeyword(word string) bool {
	rest := p.text[p.at:]
	if len(rest) < len(word) || !strings.EqualFold(rest[:len(word)], word) {
		return false
	}
	after, _ := utf8.DecodeRuneInString(rest[len(word):])
	return len(rest) == len(word) || unicode.IsSpace(after) || after == '(' || after == ')'
}

// keyword reads that word.
func (p *parser) keyword(word string) bool {
	if !p.isKeyword(word) {
		return false
	}
	p.at += len(word)
	p.space()
	return true
}

// name reads what may be the name of a field, perhaps nothing.
func (p *parser) name() string {
	start := p.at
	for !p.end() {
		if r := p.rune(); !unicode.IsLetter(r) && r != '_' && (p.at == start || !unicode.IsDigit(r)) {
			break
		}
		p.next()
	}
	return p.text[start:p.at]
}

// operator reads an operator. Signs of comparison may stand between spaces, a
// colon may not, so that "time: 10" is told to lack a value.
func (p *parser) operator() (Op, bool) {
	start := p.at
	if strings.HasPrefix(p.text[p.at:], ":") {
		p.at++
		return Is, true
	}
	p.space()
	for _, sign := range []string{">=", "<=", "!=", ">", "<", "="} {
		if !strings.HasPrefix(p.text[p.at:], sign) {
			continue
		}
		p.at += len(sign)
		p.space()
		if sign == "=" {
			return Is, true
		}
		return Op(sign), true
	}
	p.at = start
	return "", false
}

// quoted reads a text in quotes, in which a backslash takes the meaning from the
// character after it.
func (p *parser) quoted() (text string, span [2]int, err error) {
	start := p.at
	p.at++
	var b strings.Builder
	for !p.end() {
		r := p.text[p.at]
		p.at++
		switch {
		case r == '"':
			return b.String(), [2]int{start, p.at}, p.apart()
		case r == '\\' && !p.end():
			b.WriteByte(p.text[p.at])
			p.at++
		default:
			b.WriteByte(r)
		}
	}
	return "", [2]int{}, p.fault(start, start+1, "filter.open_quote", nil)
}

// bare reads a value without quotes.
func (p *parser) bare() (text string, span [2]int) {
	start := p.at
	for !p.end() && !p.breaks() && p.text[p.at] != ',' {
		p.next()
	}
	return p.text[start:p.at], [2]int{start, p.at}
}

// apart wants an end, a space, a bracket or a comma behind a value or a word.
func (p *parser) apart() error {
	if p.end() || unicode.IsSpace(p.rune()) || strings.ContainsRune("(),", p.rune()) {
		return nil
	}
	return p.fault(p.at, p.at+1, "filter.no_space", nil)
}
