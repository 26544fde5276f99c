package redact

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// recordsIn masks records in a value, whose lines may be escaped as for a string.
func (w *walk) recordsIn(at place, v string) (string, bool) {
	if out, ok := w.records(v); ok {
		return out, true
	}
	end := strings.IndexByte(v[:min(len(v), utf8.UTFMax*cnab400)], '\\')
	if end < cnab150 || recordWidth(v[:end], false) == 0 {
		return w.recordsAmong(at, v)
	}
	return w.escaped(at, v, unescapeJSON, escapeJSON)
}

// latinRecords masks records in ISO 8859-1, as systems older than UTF-8 write them.
func (w *walk) latinRecords(s string) (string, bool) {
	plain, err := charmap.ISO8859_1.NewDecoder().String(s)
	if err != nil {
		return s, false
	}
	masked, ok := w.records(plain)
	if !ok {
		return s, false
	}
	back, err := charmap.ISO8859_1.NewEncoder().String(masked)
	return back, err == nil
}

// joinedRecords masks a file whose records follow each other without ends of lines.
func (w *walk) joinedRecords(s string) (string, bool) {
	if len(s) < 2*cnab150 || !isFigures(s[:1]) && s[0] != 'A' || strings.IndexByte(s, '\n') >= 0 {
		return s, false
	}
	all := newRecord(s, 0)
	for _, width := range [...]int{cnab150, cnab240, cnab400} {
		if recordWidth(all.at(1, width), false) != width || recordWidth(all.at(width+1, 2*width), false) != width {
			continue
		}
		f := recordFile{width: width}
		var out strings.Builder
		for from := 1; all.at(from, from) != ""; from += width {
			out.WriteString(w.fixedRecord(&f, all.at(from, from+width-1)))
		}
		return out.String(), true
	}
	return s, false
}

// recordsAmong masks records among lines of other text, as in logs, where they may stand
// behind spaces.
func (w *walk) recordsAmong(at place, s string) (string, bool) {
	var out strings.Builder
	var f recordFile
	from, i := 0, 0
	for line := range strings.Lines(s) {
		start := i
		if i += len(line); len(line) < cnab150 {
			continue
		}
		text := strings.TrimLeft(strings.TrimRight(line, "\r\n"), " \t")
		width := recordWidth(text, false)
		if width == 0 || measure(text, width)(text) != width {
			continue
		}
		if start > from {
			out.WriteString(w.text(at, s[from:start]))
		}
		f.width, from = width, i
		head := strings.Index(line, text)
		out.WriteString(line[:head] + w.fixedRecord(&f, text) + line[head+len(text):])
	}
	if f.width == 0 {
		return s, false
	}
	if from < len(s) {
		out.WriteString(w.text(at, s[from:]))
	}
	return out.String(), true
}
