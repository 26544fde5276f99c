package redact

import (
	"strings"

	"flagrante/capture/redact/detect"
)

// isEdifact recognises an interchange or a message of EDIFACT (ISO 9735), or a part of one.
func isEdifact(v string) bool {
	start := strings.TrimLeft(v, " \t\r\n")
	return strings.HasPrefix(start, "UNA") && strings.Contains(start, "UNB") || strings.HasPrefix(start, "UNB+") || strings.HasPrefix(start, "UNH+") || strings.Contains(v, "'NAD+")
}

// edifact masks the segments in which persons and companies stand.
func (w *walk) edifact(v string) string {
	var out strings.Builder
	for v != "" {
		end := unreleased(v, '\'')
		out.WriteString(w.segment(v[:end]))
		if end < len(v) {
			out.WriteByte('\'')
			end++
		}
		v = v[end:]
	}
	return out.String()
}

// unreleased is where a character stands first that no question mark takes its meaning from
// and that is no part of a mask, the length of s when nowhere.
func unreleased(s string, c byte) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '?':
			i++
		case '<', '\\', '&', '%':
			i += max(maskAhead(s[i:]), 1) - 1
		case c:
			return i
		}
	}
	return len(s)
}

// parted splits a text at a character that is not released.
func parted(s string, c byte) (parts []string) {
	for {
		end := unreleased(s, c)
		parts = append(parts, s[:end])
		if end == len(s) {
			return parts
		}
		s = s[end+1:]
	}
}

// segment masks a segment of the directories of UN/EDIFACT (D.96A and later): parties (NAD),
// their accounts (FII), persons to contact (CTA) and how (COM), names (PNA), numbers (RFF).
func (w *walk) segment(s string) string {
	elements := parted(s, '+')
	apply := func(i int, kinds ...detect.Kind) {
		if i < len(elements) {
			elements[i] = w.components(elements[i], kinds)
		}
	}
	names := []detect.Kind{detect.Name, detect.Name, detect.Name, detect.Name, detect.Name}
	switch strings.TrimLeft(elements[0], " \t\r\n") {
	case "NAD":
		apply(2, detect.Document)
		apply(3, names...)
		apply(4, names...)
		apply(5, detect.Address, detect.Address, detect.Address, detect.Address)
		apply(8, detect.Address)
	case "FII":
		apply(2, detect.Account, detect.Name, detect.Name)
	case "CTA":
		apply(2, "", detect.Name)
	case "PNA":
		for i := 4; i < len(elements); i++ {
			apply(i, "", detect.Name)
		}
	case "COM":
		apply(1, reached(elements))
	case "RFF":
		if len(elements) > 1 && taxed(elements[1]) {
			apply(1, "", detect.Document)
		}
	default:
		return w.prose(place{naming: detect.Naming{IDLike: true}}, s)
	}
	return strings.Join(elements, "+")
}

// reached is what the number of a COM segment is, by its qualifier (code list 3155).
func reached(elements []string) detect.Kind {
	if len(elements) > 1 && strings.HasSuffix(elements[1], ":EM") {
		return detect.Email
	}
	return detect.Phone
}

// taxed reports a reference to the number under which somebody pays taxes (code list 1153).
func taxed(element string) bool {
	qualifier, _, _ := strings.Cut(element, ":")
	switch qualifier {
	case "AHP", "AHR", "VA", "FC", "GN", "XA":
		return true
	}
	return false
}

func (w *walk) components(element string, kinds []detect.Kind) string {
	parts := parted(element, ':')
	for i, kind := range kinds {
		if i < len(parts) && kind != "" {
			parts[i] = w.meant(kind, parts[i])
		}
	}
	return strings.Join(parts, ":")
}
