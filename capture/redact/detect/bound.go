package detect

import (
	"slices"
	"strings"
)

// Bound returns the columns whose values a list has that stands behind a text, as errors of
// databases repeat it: WHERE login = ? AND senha = ? [bindings: ['app', '…']]. None when the
// text ends in something else.
func Bound(text string) []string {
	head := strings.TrimRight(text, " :=[(-\t\r\n\"'")
	from := len(head)
	for from > 0 && isWord(head[from-1]) {
		from--
	}
	if !is(Fold(head[from:]), "parameters", "params", "bindings", "binds", "args") {
		return amongst(head, from)
	}
	return placeholders(head[max(0, from-maxStatement):from])
}

// amongst returns the field, once for each value, of which a condition of MongoDB lists the
// values behind a text: token: { $in: [.
func amongst(head string, from int) []string {
	if !is(head[from:], "in", "nin", "all") || from == 0 || head[from-1] != '$' {
		return nil
	}
	outer := strings.TrimRight(head[:from-1], " \"'{:")
	at := len(outer)
	for at > 0 && isWord(outer[at-1]) {
		at--
	}
	return slices.Repeat([]string{outer[at:]}, maxArguments)
}

// placeholders returns the columns that the values of a statement are for, in order; its
// values are written as ?, $1, %s, :1 or @p1.
func placeholders(sql string) (columns []string) {
	inserted := insertedColumns(sql)
	for i := 0; i < len(sql) && len(columns) < maxColumns; i++ {
		c := sql[i]
		next := byte(' ')
		if i+1 < len(sql) {
			next = sql[i+1]
		}
		if c != '?' && !((c == '$' || c == ':') && isDigit(next)) && !(c == '%' && next == 's') && !(c == '@' && next == 'p') {
			continue
		}
		if len(inserted) > 0 {
			columns = append(columns, inserted[len(columns)%len(inserted)])
			continue
		}
		columns = append(columns, comparedWith(sql[max(0, i-maxVerdict):i]))
	}
	return columns
}

// comparedWith is the column before a comparison that a text ends with: senha =.
func comparedWith(sql string) string {
	head := strings.TrimRight(sql, " =<>!~(`\"]\t\r\n")
	for _, word := range [...]string{" like", " LIKE", " ilike", " ILIKE", " in", " IN"} {
		head = strings.TrimSuffix(head, word)
	}
	head = strings.TrimRight(head, " `\"]")
	from := len(head)
	for from > 0 && isWord(head[from-1]) {
		from--
	}
	return head[from:]
}

// insertedColumns are those that an INSERT names.
func insertedColumns(sql string) []string {
	at := strings.LastIndex(strings.ToLower(sql), "insert into")
	if at < 0 {
		return nil
	}
	_, rest, _ := strings.Cut(sql[at:], "(")
	list, _, ok := strings.Cut(rest, ")")
	if !ok {
		return nil
	}
	columns := strings.Split(list, ",")
	for i, c := range columns {
		columns[i] = strings.Trim(c, " `[]\"\\\t\r\n")
	}
	return columns
}

// bindings masks the values of a list by the columns of the statement before it, when it
// is no JSON: parameters: ('…', 44), Parameters: app(String), …(String), $1 = 'app'.
func (f *finder) bindings(start, end int) {
	from := end + len(f.text[end:]) - len(strings.TrimLeft(f.text[end:], ": =("))
	if from == end || from >= len(f.text) {
		return
	}
	columns := placeholders(f.text[max(0, start-maxStatement):start])
	if len(columns) == 0 {
		return
	}
	namings := make([]Naming, len(columns))
	for i, c := range columns {
		namings[i] = f.names.Of(c)
	}
	stop := min(len(f.text), from+maxStatement)
	if n := strings.IndexAny(f.text[from:stop], "\r\n"); n >= 0 {
		stop = from + n
	}
	inner := finder{Scanner: f.Scanner, text: f.text[:stop]}
	values, _ := inner.tuple(from - 1)
	for i, v := range values {
		values[i] = boundValue(f.text, v)
	}
	f.inColumns(namings, values)
}

// boundValue takes the number before a value and the type behind it off: $1 = 'app',
// app(String).
func boundValue(text string, at [2]int) [2]int {
	v := text[at[0]:at[1]]
	if strings.HasPrefix(v, "$") {
		if _, rest, ok := strings.Cut(v, "= "); ok {
			at[0] = at[1] - len(rest)
			if strings.HasPrefix(rest, "'") {
				at[0]++
			}
		}
	}
	if n := strings.IndexByte(text[at[0]:at[1]], '('); n > 0 && isLetter(text[min(at[0]+n+1, len(text)-1)]) {
		at[1] = at[0] + n
	}
	return at
}
