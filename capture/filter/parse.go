package filter

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// parser reads a filter by recursive descent. It keeps its place in text as an
// offset in bytes.
type parser struct {
	schema  *Schema
	options Options
	text    string
	at      int
	nodes   int
	words   int
	depth   int
}

func (p *parser) parse() (Node, error) {
	p.space()
	if p.end() {
		return nil, nil
	}
	root, err := p.any()
	if err != nil {
		return nil, err
	}
	if !p.end() {
		return nil, p.fault(p.at, p.at+1, "filter.stray_bracket", nil)
	}
	return root, nil
}

// any reads terms with "or" between them.
func (p *parser) any() (Node, error) {
	var terms Any
	for {
		n, err := p.all()
		if err != nil {
			return nil, err
		}
		terms = append(terms, n)
		if !p.keyword("or") {
			break
		}
	}
	if len(terms) == 1 {
		return terms[0], nil
	}
	return terms, nil
}

// all reads terms that stand beside each other, or with "and" between them.
func (p *parser) all() (Node, error) {
	var all All
	for {
		n, err := p.not()
		if err != nil {
			return nil, err
		}
		all = append(all, n)
		p.space()
		if p.keyword("and") {
			continue
		}
		if p.end() || p.text[p.at] == ')' || p.isKeyword("or") {
			break
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (p *parser) not() (Node, error) {
	p.space()
	if p.depth++; p.depth > maxDepth {
		return nil, p.fault(p.at, len(p.text), "filter.too_deep", nil)
	}
	defer func() { p.depth-- }()
	if p.keyword("not") || p.minus() {
		n, err := p.not()
		return Not{n}, err
	}
	return p.one()
}

// minus reads the sign that negates what follows it at once.
func (p *parser) minus() bool {
	if p.end() || p.text[p.at] != '-' {
		return false
	}
	if next, _ := utf8.DecodeRuneInString(p.text[p.at+1:]); p.at+1 == len(p.text) || unicode.IsSpace(next) {
		return false
	}
	p.at++
	return true
}

// one reads a term, a word, or what stands in brackets.
func (p *parser) one() (Node, error) {
	if p.nodes++; p.nodes > maxNodes {
		return nil, p.fault(p.at, len(p.text), "filter.too_many", nil)
	}
	switch {
	case p.end(), p.text[p.at] == ')', p.isKeyword("or"), p.isKeyword("and"):
		return nil, p.fault(p.at, p.at+1, "filter.missing_term", nil)
	case p.text[p.at] == '(':
		return p.brackets()
	case p.text[p.at] == '"':
		start := p.at
		text, _, err := p.quoted()
		if err != nil {
			return nil, err
		}
		return p.oneMore(start, Word{Text: text, Phrase: true})
	}
	return p.term()
}

func (p *parser) brackets() (Node, error) {
	open := p.at
	p.at++
	n, err := p.any()
	if err != nil {
		return nil, err
	}
	if p.end() {
		return nil, p.fault(open, open+1, "filter.open_bracket", nil)
	}
	p.at++
	p.space()
	return n, nil
}

// term reads a field with its values, or a bare word.
func (p *parser) term() (Node, error) {
	start := p.at
	name := p.name()
	after := p.at
	op, ok := p.operator()
	if !ok {
		p.at = start
		return p.word()
	}
	if name == "" {
		return nil, p.fault(after, p.at, "filter.no_field", nil)
	}
	f := p.schema.Field(name)
	if f == nil {
		return nil, p.unknown(start, after, name)
	}
	if op != Is && op != IsNot && !f.ordered() {
		return nil, p.fault(after, p.at, "filter.not_ordered", map[string]string{"field": f.Name}).hint("filter.hint.colon", map[string]string{"field": f.Name})
	}
	values, err := p.values(f, op)
	if err != nil {
		return nil, err
	}
	return Term{Field: f, Op: op, Values: values}, nil
}

func (p *parser) unknown(start, end int, name string) *Error {
	err := p.fault(start, end, "filter.unknown_field", map[string]string{"field": name})
	if near := nearest(name, p.schema.Names()); near != "" {
		return err.hint("filter.hint.field", map[string]string{"field": near})
	}
	return err.hint("filter.hint.fields", map[string]string{"fields": strings.Join(p.schema.Names(), ", ")})
}

// word reads a word that is looked for.
func (p *parser) word() (Node, error) {
	start := p.at
	for !p.end() && !p.breaks() {
		p.next()
	}
	text, star := strings.CutSuffix(p.text[start:p.at], "*")
	if strings.Trim(text, "*") == "" {
		return nil, p.fault(start, p.at, "filter.bare_star", nil)
	}
	if err := p.apart(); err != nil {
		return nil, err
	}
	return p.oneMore(start, Word{Text: text, Prefix: star})
}

// oneMore counts a word that begins at a place.
func (p *parser) oneMore(start int, w Word) (Node, error) {
	if p.words++; p.words > maxWords {
		return nil, p.fault(start, start+len(strings.TrimRight(p.text[start:p.at], " \t\n")), "filter.too_many_words", map[string]string{"most": strconv.Itoa(maxWords)}).hint("filter.hint.phrase", nil)
	}
	return w, nil
}

func (p *parser) fault(start, end int, key string, args map[string]string) *Error {
	return fault(p.text, start, end, key, args)
}
