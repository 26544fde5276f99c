package filter

import "strings"

// SQL returns the condition of the filter in SQL, empty when everything passes, and
// its parameters, for marks "?" in their order. No part of what was written is in
// the condition itself. What finds a word is asked for.
func (f *Filter) SQL(words func(Word) (condition string, args []any)) (condition string, args []any) {
	if f == nil || f.Root == nil {
		return "", nil
	}
	b := &builder{words: words}
	b.node(f.Root)
	return b.text.String(), b.args
}

// builder writes a condition.
type builder struct {
	words func(Word) (string, []any)
	text  strings.Builder
	args  []any
}

func (b *builder) add(sql string, args ...any) {
	b.text.WriteString(sql)
	b.args = append(b.args, args...)
}

func (b *builder) node(n Node) {
	switch n := n.(type) {
	case All:
		list(b, n, " AND ", b.node)
	case Any:
		list(b, n, " OR ", b.node)
	case Not:
		b.add("NOT ")
		b.node(n.Node)
	case Word:
		condition, args := b.words(n)
		b.add("("+condition+")", args...)
	case Term:
		b.term(n)
	}
}

// list writes several conditions in brackets.
func list[T any](b *builder, all []T, between string, one func(T)) {
	b.add("(")
	for i, n := range all {
		if i > 0 {
			b.add(between)
		}
		one(n)
	}
	b.add(")")
}

func (b *builder) term(t Term) {
	if t.Op == IsNot {
		b.add("NOT ")
	}
	list(b, t.Values, " OR ", func(v Value) { b.value(t, v) })
}

func (b *builder) value(t Term, v Value) {
	f := t.Field
	switch f.Type {
	case Flag:
		b.add("(" + f.Conditions[v.Text] + ")")
	case Choice:
		list(b, f.Columns, " OR ", func(column string) { b.choice(t, v, column) })
	case Member:
		list(b, f.Columns, " OR ", func(column string) {
			b.add("EXISTS (SELECT 1 FROM json_each(" + column + ") WHERE ")
			b.compare(f, v, "value")
			b.add(")")
		})
	case Name, Prose:
		list(b, f.Columns, " OR ", func(column string) { b.compare(f, v, column) })
	default:
		list(b, f.Columns, " OR ", func(column string) { b.number(t, v, column) })
	}
}

// choice compares a name, by its rank where an operator asks for that.
func (b *builder) choice(t Term, v Value, column string) {
	if t.Op == Is || t.Op == IsNot {
		b.add(column+" = ?", v.Text)
		return
	}
	b.add(column + " IN (")
	rank, separator := t.rank(v.Text), ""
	for i, name := range t.Field.Values {
		if compares(t.Op, i, rank) {
			b.add(separator+"?", name)
			separator = ", "
		}
	}
	b.add(")")
}

func (t Term) rank(value string) int {
	for i, name := range t.Field.Values {
		if name == value {
			return i
		}
	}
	return -1
}

func compares(op Op, a, b int) bool {
	switch op {
	case Less:
		return a < b
	case AtMost:
		return a <= b
	case Greater:
		return a > b
	default:
		return a >= b
	}
}

// compare compares a text: all of a name, a part of prose.
func (b *builder) compare(f *Field, v Value, column string) {
	if !v.Glob && f.Type != Prose {
		b.add(column+" = ? COLLATE NOCASE", v.Text)
		return
	}
	pattern := like(v.Text, v.Glob)
	if f.Type == Prose {
		pattern = "%" + pattern + "%"
	}
	b.add(column+` LIKE ? ESCAPE '\'`, pattern)
}

// like returns a pattern of SQL's LIKE for a text, in which stars and question
// marks stand for other characters if it is a glob.
func like(text string, glob bool) string {
	pairs := []string{`\`, `\\`, `%`, `\%`, `_`, `\_`}
	if glob {
		pairs = append(pairs, "*", "%", "?", "_")
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func (b *builder) number(t Term, v Value, column string) {
	op := t.Op
	if op == Is && t.Field.Colon != "" && !v.Span {
		op = t.Field.Colon
	}
	switch {
	case op == Less:
		b.add(column+" < ?", v.From)
	case op == AtMost:
		b.add(column+" <= ?", v.To)
	case op == Greater:
		b.add(column+" > ?", v.To)
	case op == AtLeast:
		b.add(column+" >= ?", v.From)
	case v.Endless && v.Open:
		b.add("TRUE")
	case v.Endless:
		b.add(column+" >= ?", v.From)
	case v.Open:
		b.add(column+" <= ?", v.To)
	case v.From == v.To:
		b.add(column+" = ?", v.From)
	default:
		b.add(column+" BETWEEN ? AND ?", v.From, v.To)
	}
}

// Escape returns a text for a pattern of LIKE ESCAPE '\', in which each character
// stands for itself.
func Escape(text string) string { return like(text, false) }
