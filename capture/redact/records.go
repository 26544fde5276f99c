package redact

import (
	"strings"
	"unicode/utf8"

	"flagrante/capture/redact/detect"
)

// The widths of the records that banks and companies exchange in Brazil, in characters:
// FEBRABAN's CNAB 240 (layout 10.x) and the CNAB 400 that it came after. Those of 150 are in
// a file of their own.
const (
	cnab240 = 240
	cnab400 = 400
)

// records masks a file of records of fixed width by their columns. Each mask is as wide as
// what it stands for, so that all other columns stay where they are.
func (w *walk) records(s string) (string, bool) {
	start := len(s) - len(strings.TrimLeft(s, "\ufeff\r\n"))
	width := recordWidth(s[start:], w.cut)
	if width == 0 {
		return w.joinedRecords(s)
	}
	f := recordFile{width: width}
	var out strings.Builder
	out.WriteString(s[:start])
	for line := range strings.Lines(s[start:]) {
		text := strings.TrimRight(line, "\r\n")
		out.WriteString(w.fixedRecord(&f, text) + line[len(text):])
	}
	return out.String(), true
}

// fixedRecord masks a record, and what is found in the rest of it as in any text.
func (w *walk) fixedRecord(f *recordFile, line string) string {
	fixed := w.fixed
	defer func() { w.fixed = fixed }()
	w.fixed = measure(line, f.width)
	return w.prose(place{}, w.record(f, line))
}

// recordWidth tells by the first line how wide the records of a file are, 0 for other
// text. A file that was cut off, or whose first record lost its spaces, is known by its
// header.
func recordWidth(s string, cut bool) int {
	if len(s) < 9 || !isFigures(s[:1]) && (s[0] < 'A' || s[0] > 'Z') {
		return 0
	}
	// A character has four bytes at most.
	line, _, _ := strings.Cut(s[:min(len(s), utf8.UTFMax*cnab400+2)], "\n")
	line = strings.TrimRight(line, "\r")
	cut = cut && len(line) == len(s)
	if !isFigures(line[:min(len(line), 1)]) {
		if len(line) > 1 && begins150(line, cut) {
			return cnab150
		}
		return 0
	}
	width := utf8.RuneCountInString(line)
	if len(line) == cnab240 || len(line) == cnab400 {
		width = len(line)
	}
	switch {
	case width <= cnab400 && begins400(line), width == cnab400 && numbered400(line):
		return cnab400
	case len(line) < 9:
	case width <= cnab240 && strings.HasPrefix(line[3:], "00000        ") && isFigures(line[:3]), (width == cnab240 || cut) && begins240(line):
		return cnab240
	}
	return 0
}

// begins240 recognises the control columns of a record of 240: the bank, the lot, the
// type of the record, and for details their number and segment.
func begins240(line string) bool {
	if len(line) < 18 || !isFigures(line[:8]) {
		return false
	}
	switch line[7] {
	case '1':
		return 'A' <= line[8] && line[8] <= 'Z' && isFigures(line[9:11])
	case '3':
		return isFigures(line[8:13]) && 'A' <= line[13] && line[13] <= 'Z'
	case '0', '2', '4', '5', '9':
		return strings.TrimSpace(line[8:16]) == ""
	}
	return false
}

// begins400 recognises the header of a file of 400.
func begins400(line string) bool {
	return len(line) > 9 && (strings.HasPrefix(line, "01REMESSA") || strings.HasPrefix(line, "02RETORNO"))
}

// numbered400 recognises a record of 400 by its type and its number at the end.
func numbered400(line string) bool {
	return len(line) >= cnab400 && isFigures(line[:1]) && isFigures(line[len(line)-6:]) && line[len(line)-6:] != "000000"
}

// recordFile is what a file of records has said so far.
type recordFile struct {
	width int
	// back says that it comes from the bank.
	back bool
	// bank is the number of the bank that the header names.
	bank string
}

// columns are those of one field, the first and the last, counted from 1 as in the
// layouts. A Document is a CPF or a CNPJ; runs says that names may stand anywhere there.
type columns struct {
	from, to int
	kind     detect.Kind
	runs     bool
}

// record is a line of such a file; starts are where its characters begin, nil where
// each is a byte.
type record struct {
	text   string
	starts []int
}

func newRecord(line string, width int) record {
	r := record{text: line}
	if len(line) != width && utf8.RuneCountInString(line) < len(line) {
		for i := range line {
			r.starts = append(r.starts, i)
		}
	}
	return r
}

// span returns where columns begin and end, in bytes, as far as the line goes.
func (r record) span(from, to int) (start, end int) { return r.offset(from - 1), r.offset(to) }

func (r record) offset(column int) int {
	switch {
	case r.starts == nil:
		return min(column, len(r.text))
	case column < len(r.starts):
		return r.starts[column]
	}
	return len(r.text)
}

// at returns the text of columns.
func (r record) at(from, to int) string {
	start, end := r.span(from, to)
	return r.text[start:end]
}

// record masks the fields of a line that its layout names, and the numbers of persons and
// companies that stand elsewhere, as banks have columns of their own.
func (w *walk) record(f *recordFile, line string) string {
	if w.again != nil || len(line) < 8 {
		return line
	}
	r := newRecord(line, f.width)
	layout, known := f.layout(r)
	var out strings.Builder
	from := 0
	for _, c := range layout {
		start, end := r.span(c.from, c.to)
		if start < from || end <= start {
			continue
		}
		out.WriteString(w.inscriptions(r.text[from:start], known))
		if c.runs {
			out.WriteString(w.nameRuns(r.text[start:end]))
		} else {
			out.WriteString(w.column(c.kind, r.text[start:end]))
		}
		from = end
	}
	out.WriteString(w.inscriptions(r.text[from:], known))
	return out.String()
}

func (f *recordFile) layout(r record) (all []columns, known bool) {
	switch f.width {
	case cnab150:
		return layout150(r)
	case cnab240:
		return layout240(r)
	}
	return f.layout400(r)
}

// isFigures reports whether a text has nothing but figures.
func isFigures(s string) bool { return strings.Trim(s, "0123456789") == "" }

// figuresOf returns the figures of a text.
func figuresOf(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, s)
}
