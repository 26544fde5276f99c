package show

import (
	"html/template"
	"strings"

	"flagrante/capture"
	"flagrante/capture/redact/detect"
)

// HTML returns s coloured by its syntax, with classes, and with its masks marked. It
// is s and spans, whatever s is.
func HTML(kind Syntax, s string, masks Masks) template.HTML {
	var out strings.Builder
	scan(kind, visible(s), func(class, piece string) {
		if class == "" {
			masks.write(&out, piece)
			return
		}
		out.WriteString(`<span class="` + class + `">`)
		masks.write(&out, piece)
		out.WriteString(`</span>`)
	})
	return template.HTML(out.String()) //nolint:gosec // Escaped by masks.write.
}

func scan(kind Syntax, s string, out emit) {
	switch kind {
	case JSON:
		scanJSON(s, out)
	case XML:
		scanXML(s, out)
	case Form:
		scanForm(s, out)
	default:
		out("", s)
	}
}

// Masks says which kinds of values were masked in what is shown, and by which
// rules. Only what has one of these kinds is taken for a mask: a vendor can write
// anything that looks like one.
type Masks map[string]string

// MasksOf collects the kinds of a failure's marks.
func MasksOf(marks []capture.Redaction) Masks {
	masks := Masks{}
	for _, mark := range marks {
		switch rules := masks[mark.Kind]; {
		case rules == "":
			masks[mark.Kind] = mark.Rule
		case !strings.Contains(", "+rules+",", ", "+mark.Rule+","):
			masks[mark.Kind] = rules + ", " + mark.Rule
		}
	}
	return masks
}

// HTML returns s with its masks marked, for what has no syntax of its own.
func (m Masks) HTML(s string) template.HTML {
	var out strings.Builder
	m.write(&out, visible(s))
	return template.HTML(out.String()) //nolint:gosec // Escaped by write.
}

// write escapes s, and marks the masks in it.
func (m Masks) write(out *strings.Builder, s string) {
	for len(m) > 0 {
		start, length, kind := m.next(s)
		if length == 0 {
			break
		}
		out.WriteString(template.HTMLEscapeString(s[:start]))
		title := template.HTMLEscapeString(visible(kind + " · " + m[kind]))
		out.WriteString(`<span class="mask" title="` + title + `">` + template.HTMLEscapeString(s[start:start+length]) + `</span>`)
		s = s[start+length:]
	}
	out.WriteString(template.HTMLEscapeString(s))
}

// next finds the first mask in s, plain or as XML and HTML write it.
func (m Masks) next(s string) (start, length int, kind string) {
	for at := 0; at < len(s); {
		i := strings.IndexAny(s[at:], "<&")
		if i < 0 {
			return 0, 0, ""
		}
		at += i
		if n := detect.MaskLen(s[at:]); n > 0 {
			if kind := kindOf(s[at+1 : at+n-1]); m[kind] != "" {
				return at, n, kind
			}
		}
		if n, kind := escapedMask(s[at:]); n > 0 && m[kind] != "" {
			return at, n, kind
		}
		at++
	}
	return 0, 0, ""
}

func kindOf(inside string) string {
	kind, _, _ := strings.Cut(inside, ":")
	return kind
}

// escapedMask measures a mask that was escaped for XML.
func escapedMask(s string) (length int, kind string) {
	rest, ok := strings.CutPrefix(s, "&lt;")
	if !ok {
		return 0, ""
	}
	inside, _, ok := strings.Cut(rest[:min(len(rest), 48)], "&gt;")
	if !ok || detect.MaskLen("<"+inside+">") != len(inside)+2 {
		return 0, ""
	}
	return len("&lt;") + len(inside) + len("&gt;"), kindOf(inside)
}
