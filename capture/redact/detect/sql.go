package detect

import "strings"

// maxColumns bounds how many columns of a statement are looked at.
const maxColumns = 200

// insert masks the values of an INSERT by the names of their columns (ISO/IEC 9075-2,
// "insert statement"), as errors of databases repeat it:
// INSERT INTO clientes (nome, senha) VALUES ('…', '…').
func (f *finder) insert(start, end int) {
	if end-start != len("insert") || !strings.EqualFold(f.text[start:end], "insert") {
		return
	}
	head := f.text[end:min(len(f.text), end+maxHead)]
	open := strings.IndexByte(head, '(')
	if open < 0 || strings.ContainsAny(head[:open], ";\"=") && !strings.Contains(head[:open], `"`) {
		return
	}
	names, at := f.tuple(end + open)
	values := strings.TrimLeft(f.text[at:], " \t\r\n\\nrt") // Lines may be escaped: \n.
	if len(names) == 0 || len(values) < len("values(") || !strings.EqualFold(values[:len("values")], "values") {
		return
	}
	columns := make([]Naming, len(names))
	for i, n := range names {
		columns[i] = f.names.Of(strings.Trim(f.text[n[0]:n[1]], "`[]\"\\ "))
	}
	for at = len(f.text) - len(values) + len("values"); at < len(f.text); at++ {
		if at += len(f.text[at:]) - len(strings.TrimLeft(f.text[at:], " \t\r\n,")); at >= len(f.text) || f.text[at] != '(' {
			return
		}
		literals, after := f.tuple(at)
		f.inColumns(columns, literals)
		at = after - 1
	}
}

// maxHead bounds what stands between INSERT and its columns, in bytes.
const maxHead = 200

// inColumns masks the values of a row, each by its column; what no column names is looked
// at as any text.
func (f *finder) inColumns(columns []Naming, literals [][2]int) {
	for i, at := range literals {
		v := f.text[at[0]:at[1]]
		if i < len(columns) && MaskLen(v) == 0 && !strings.EqualFold(v, "null") && v != "?" {
			if kind := f.names.Decide(columns[i], Naming{Person: true}, v); kind != "" {
				f.found(at[0], at[1], kind, "column")
				continue
			}
		}
		for _, s := range f.Find(v, i < len(columns) && columns[i].IDLike) {
			f.found(at[0]+s.Start, at[0]+s.End, s.Kind, s.Rule)
		}
		f.at, f.nameStart = at[1], at[1]
	}
}

// tuple returns where the parts of what stands in brackets at a place begin and end,
// without their quotes, and where it ends itself: with the text, where that was cut off.
func (f *finder) tuple(at int) (parts [][2]int, end int) {
	from := at + 1
	for i := from; len(parts) < maxColumns; i++ {
		n := strings.IndexAny(f.text[min(i, len(f.text)):], "',)")
		if n < 0 {
			break
		}
		i += n
		switch f.text[i] {
		case '\'':
			if n = strings.IndexByte(f.text[i+1:], '\''); n < 0 {
				return append(parts, f.literal(from, len(f.text))), len(f.text)
			}
			i += n + 1
		case ',':
			parts, from = append(parts, f.literal(from, i)), i+1
		default:
			return append(parts, f.literal(from, i)), i + 1
		}
	}
	return append(parts, f.literal(min(from, len(f.text)), len(f.text))), len(f.text)
}

// literal takes spaces, quotes and what stands before them off: N'…', E'…', \'…\'.
func (f *finder) literal(from, to int) [2]int {
	for from < to && strings.IndexByte(" \t\r\n", f.text[from]) >= 0 {
		from++
	}
	for to > from && strings.IndexByte(" \t\r\n", f.text[to-1]) >= 0 {
		to--
	}
	if q := strings.IndexByte(f.text[from:to], '\''); q >= 0 && q <= 2 {
		from += q + 1
		if to > from && f.text[to-1] == '\'' {
			to--
		}
		if to > from && f.text[to-1] == '\\' {
			to--
		}
	}
	return [2]int{from, to}
}
