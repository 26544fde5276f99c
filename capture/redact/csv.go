package redact

import (
	"strings"

	"flagrante/capture/redact/detect"
)

// csv masks a table by the names of its columns (RFC 4180, with the separators that
// are in use); it is no table when the first line names nothing.
func (w *walk) csv(s string) (string, bool) {
	head, rest, ok := strings.Cut(s, "\n")
	if strings.HasPrefix(head, "+-") && strings.HasPrefix(rest, "|") { // The frame of a table.
		out, ok := w.csv(rest)
		return head + "\n" + out, ok
	}
	separator := separatorOf(head)
	if ok && separator == 0 && strings.Contains(head, "  ") {
		return w.aligned(head, rest)
	}
	if !ok || separator == 0 || strings.TrimSpace(rest) == "" {
		return s, false
	}
	names := strings.Split(strings.TrimRight(head, "\r"), string(separator))
	for i, name := range names {
		names[i] = strings.Trim(name, "\" \ufeff")
	}
	columns, known := w.tableColumns(names)
	if !known {
		return s, false
	}
	var out strings.Builder
	out.WriteString(head + "\n")
	for line := range strings.Lines(rest) {
		rest = rest[len(line):]
		out.WriteString(w.row(line, separator, columns, w.cut && rest == ""))
	}
	return out.String(), true
}

// tableColumns are the places of what stands below the names of columns, and whether one
// of them says what that is.
func (w *walk) tableColumns(names []string) (all []place, known bool) {
	for _, name := range names {
		at := place{name: name, naming: w.naming(name), parent: detect.Naming{Person: true}}
		known = known || at.naming.Kind != ""
		all = append(all, at)
	}
	return all, known
}

// separatorOf tells what separates the columns of a head, 0 when it is none: words,
// at least two, without what sentences have.
func separatorOf(head string) byte {
	if len(head) > 2000 || strings.ContainsAny(head, "{}<>:=?!()") {
		return 0
	}
	for _, c := range [...]byte{';', '\t', '|', ','} {
		parts := strings.Split(head, string(c))
		if len(parts) < 2 {
			continue
		}
		if c == '|' && strings.TrimSpace(parts[0]) == "" && strings.TrimSpace(parts[len(parts)-1]) == "" {
			parts = parts[1 : len(parts)-1]
		}
		for _, part := range parts {
			if name := strings.Trim(part, "\" \r\ufeff"); name == "" || len(name) > 40 || strings.Count(name, " ") > 2 {
				return 0
			}
		}
		return c
	}
	return 0
}

// row masks the cells of a line; a line with another number of cells is masked as
// text, unless it is the last one and more of them were to come.
func (w *walk) row(line string, separator byte, columns []place, last bool) string {
	body := strings.TrimRight(line, "\r\n")
	cells := cells(body, separator)
	if len(cells) > len(columns) || len(cells) < len(columns) && !last {
		return w.prose(place{}, line)
	}
	for i, cell := range cells {
		plain := strings.Trim(cell, "\" ")
		if strings.Trim(plain, "-:") == "" {
			continue // The line below the head in Markdown.
		}
		if masked := w.leaf(columns[i], plain); masked != plain {
			cells[i] = strings.Replace(cell, plain, masked, 1)
		}
	}
	return strings.Join(cells, string(separator)) + line[len(body):]
}

// cells splits a line where a separator stands outside of quotes.
func cells(line string, separator byte) []string {
	var all []string
	from, quoted := 0, false
	for i := range len(line) {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case line[i] == separator && !quoted:
			all = append(all, line[from:i])
			from = i + 1
		}
	}
	return append(all, line[from:])
}
