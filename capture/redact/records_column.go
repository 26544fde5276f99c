package redact

import (
	"strings"
	"unicode/utf8"

	"flagrante/capture/redact/detect"
)

// column masks what stands in the columns of a field; nothing does among zeros and
// spaces alone.
func (w *walk) column(kind detect.Kind, v string) string {
	if strings.Trim(v, "0 *") == "" {
		return v
	}
	plain := strings.TrimSpace(v)
	switch {
	case detect.MaskLen(plain) == len(plain):
		return v
	case kind == detect.Document:
		kind, plain = inscribed(plain)
	case kind == detect.Account && len(figuresOf(plain)) < 4:
		return v // A code, not an account.
	}
	if !w.active(kind) || w.allowed(place{}, plain) {
		return v
	}
	return w.wide(w.mask(kind, "record-columns", plain), v)
}

// inscribed tells a CPF from a CNPJ in the columns of both, and takes the zeros off that
// fill these.
func inscribed(v string) (detect.Kind, string) {
	switch n := len(v); {
	case n >= 11 && strings.Trim(v[:n-11], "0") == "" && (detect.ValidCPF(v[n-11:]) || !detect.ValidCNPJ(v[max(0, n-14):])):
		return detect.CPF, v[n-11:]
	case n > 14 && v[:n-14] == strings.Repeat("0", n-14):
		return detect.CNPJ, v[n-14:]
	}
	return detect.CNPJ, v
}

// nameRuns masks runs of letters in columns where banks have names, each at a place of
// its own.
func (w *walk) nameRuns(v string) string {
	const shortest = 5 // Shorter ones are codes.
	if !w.active(detect.Name) {
		return v
	}
	var out strings.Builder
	for v != "" {
		end := strings.IndexAny(v, "0123456789<*")
		if end < 0 {
			end = len(v)
		}
		run := strings.TrimLeft(v[:end], " ")
		out.WriteString(v[:end-len(run)])
		if len(strings.TrimSpace(run)) >= shortest {
			run = w.column(detect.Name, run)
		}
		out.WriteString(run)
		next := end
		for next < len(v) && strings.IndexByte("0123456789<*", v[next]) >= 0 {
			next += max(1, detect.MaskLen(v[next:]))
		}
		out.WriteString(v[end:next])
		v = v[next:]
	}
	return out.String()
}

// inscriptions masks CPF and CNPJ among the other columns of a record, where zeros fill
// their fields and nothing separates these. In a known record more than the check digits
// have to speak for it, as its amounts stand there.
func (w *walk) inscriptions(v string, known bool) string {
	var out strings.Builder
	from := 0
	for i := 0; i+11 <= len(v); i++ {
		kind, n := inscriptionAt(v, i, known)
		if n == 0 || !w.active(kind) {
			continue
		}
		out.WriteString(v[from:i])
		out.WriteString(w.column(kind, v[i:i+n]))
		from, i = i+n, i+n-1
	}
	return out.String() + v[from:]
}

// inscriptionAt returns the kind and the length of the number that begins at i.
func inscriptionAt(v string, i int, known bool) (kind detect.Kind, length int) {
	before, filled := v[:i], len(v[:i])-len(strings.TrimRight(v[:i], "0"))
	if i+14 <= len(v) && detect.ValidCNPJ(v[i:i+14]) {
		branch := v[i+8 : i+12]
		typed := strings.HasSuffix(before, "2") || strings.HasSuffix(before, "20")
		// A date and an amount have zeros before the branch.
		if branch == "0001" && !strings.HasPrefix(v[i+5:], "000") || typed && branch[:2] == "00" {
			return detect.CNPJ, 14
		}
	}
	if v[i] == '0' && filled == 0 || !detect.ValidCPF(v[i:i+11]) {
		return "", 0
	}
	typed := filled >= 3 && filled <= 4 && strings.HasSuffix(before[:i-filled], "1")
	apart := i == filled || !isFigures(before[i-filled-1:i-filled])
	ends := i+11 == len(v) || !isFigures(v[i+11:i+12])
	if typed || apart && ends && (filled == 3 || filled == 4) || !known && filled >= 3 && v[i] != '0' {
		return detect.CPF, 11
	}
	return "", 0
}

// measure returns what measures a line: its characters, but where it was filled to a
// number of bytes.
func measure(line string, width int) func(string) int {
	if len(line) == width {
		return func(s string) int { return len(s) }
	}
	return utf8.RuneCountInString
}

// wide returns a mask in the width that it has to have.
func (w *walk) wide(m, v string) string {
	if w.fixed == nil {
		return m
	}
	return fitted(m, w.fixed(v))
}

// fitted makes a mask as wide as what it stands for: without its pseudonym where that
// has no room, and of asterisks where the kind has none either.
func fitted(m string, width int) string {
	if len(m) > width {
		kind, _, _ := strings.Cut(strings.Trim(m, "<>"), ":")
		m = "<" + kind + ">"
	}
	if len(m) > width {
		return strings.Repeat("*", width)
	}
	return m + strings.Repeat(" ", width-len(m))
}
