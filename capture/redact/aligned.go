package redact

import "strings"

// aligned masks a table whose columns two spaces or more part, by the names in its first
// line; it is none when that line names nothing.
func (w *walk) aligned(head, rest string) (string, bool) {
	parts := spaced(strings.TrimRight(head, "\r"))
	if len(parts) < 2 || len(parts) > maxTable || len(head) > 2000 || strings.ContainsAny(head, "{}<>:=?!()\"") {
		return "", false
	}
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = head[p[0]:p[1]]
		if len(names[i]) > longestName || strings.Count(names[i], " ") > 2 {
			return "", false
		}
	}
	columns, known := w.tableColumns(names)
	if !known {
		return "", false
	}
	var out strings.Builder
	out.WriteString(head + "\n")
	for line := range strings.Lines(rest) {
		rest = rest[len(line):]
		out.WriteString(w.alignedRow(line, columns, w.cut && rest == ""))
	}
	return out.String(), true
}

// alignedRow masks the cells of a line; a line with another number of cells is masked as
// text, unless it is the last one and more of them were to come.
func (w *walk) alignedRow(line string, columns []place, last bool) string {
	cells := spaced(strings.TrimRight(line, "\r\n"))
	if len(cells) > len(columns) || len(cells) < len(columns) && !last {
		return w.prose(place{}, line)
	}
	var out strings.Builder
	from := 0
	for i, c := range cells {
		out.WriteString(line[from:c[0]] + w.leaf(columns[i], line[c[0]:c[1]]))
		from = c[1]
	}
	out.WriteString(line[from:])
	return out.String()
}

// spaced returns where the parts of a line begin and end between which two spaces or more
// are.
func spaced(line string) (parts [][2]int) {
	for at := 0; at < len(line); {
		at += len(line[at:]) - len(strings.TrimLeft(line[at:], " "))
		n := strings.Index(line[at:], "  ")
		if n < 0 {
			n = len(strings.TrimRight(line[at:], " "))
		}
		if n > 0 {
			parts = append(parts, [2]int{at, at + n})
		}
		at += max(n, 1)
	}
	return parts
}
