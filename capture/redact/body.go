package redact

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"flagrante/capture/decode"
	"flagrante/proxy"
)

// maxDecoded bounds, in bytes, how far a packed body is unpacked.
const maxDecoded = 4 << 20

// body masks a captured body. A packed body in which something is masked is
// kept unpacked, since the mask cannot be put into packed bytes.
func (m *marker) body(where string, b proxy.Body, header proxy.Fields) proxy.Body {
	plain := decode.Body(b, header, maxDecoded)
	if len(plain.Data) == 0 || !utf8.Valid(plain.Data) && bytes.IndexByte(plain.Data, 0) >= 0 {
		return b
	}
	masked := m.bodyText(where, string(plain.Data), header.Get("Content-Type"))
	packed := plain.Coding != ""
	// What lies beyond the bound was not looked at, so it is not kept either.
	if masked == string(plain.Data) && !(packed && plain.More) {
		return b
	}
	b.Decoded = b.Decoded || packed
	b.Cut = b.Cut || plain.More
	b.Data = []byte(masked)
	return b
}

func (m *marker) bodyText(where, s, contentType string) string {
	switch start := strings.TrimLeft(s, " \t\r\n\ufeff"); {
	case start == "":
		return s
	case start[0] == '{' || start[0] == '[':
		s = m.json(where, s)
	case start[0] == '<':
		s = m.xml(where, s)
	case strings.Contains(strings.ToLower(contentType), "x-www-form-urlencoded"):
		s = m.pairs(where, s)
	}
	return m.text(where, s)
}

// json masks the values of secret members. It goes by the tokens alone, so it
// also works on what was cut off or is broken, and leaves the rest as it was
// written.
func (m *marker) json(where, s string) string {
	var out strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '"' {
			out.WriteByte(s[i])
			i++
			continue
		}
		end := stringEnd(s, i)
		out.WriteString(s[i:end])
		member := memberName(s[i:end])
		i = end
		value := valueStart(s, i)
		if value < 0 || !secretName(name(member)) {
			continue
		}
		out.WriteString(s[i:value])
		i = m.jsonValue(&out, where+"/"+member, s, value)
	}
	return out.String()
}

// jsonValue masks the value that starts at i, and returns where it ends. Inside
// arrays and objects every string and number is masked.
func (m *marker) jsonValue(out *strings.Builder, where, s string, i int) int {
	depth := 0
	for i < len(s) {
		switch c := s[i]; {
		case c == '"':
			end := stringEnd(s, i)
			if valueStart(s, end) >= 0 && depth > 0 {
				out.WriteString(s[i:end])
			} else {
				m.maskJSON(out, where, s[i:end])
			}
			i = end
		case c == '-' || '0' <= c && c <= '9':
			end := scalarEnd(s, i)
			m.maskJSON(out, where, s[i:end])
			i = end
		case strings.IndexByte("{[", c) >= 0:
			depth++
			out.WriteByte(c)
			i++
		case strings.IndexByte("}]", c) >= 0:
			depth--
			out.WriteByte(c)
			i++
		case strings.IndexByte(",: \t\r\n", c) >= 0:
			out.WriteByte(c)
			i++
		default:
			end := scalarEnd(s, i)
			out.WriteString(s[i:end])
			i = end
		}
		if depth <= 0 {
			return i
		}
	}
	return i
}

func (m *marker) maskJSON(out *strings.Builder, where, token string) {
	if token == `""` {
		out.WriteString(token)
		return
	}
	m.note(where, "credential", "member-name")
	out.WriteString(`"` + Mask + `"`)
}

// stringEnd returns where the string that starts at i ends.
func stringEnd(s string, i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

// valueStart returns where the value of a member starts whose name ends at i, or
// -1 when what ends there is no name.
func valueStart(s string, i int) int {
	i = skipSpace(s, i)
	if i >= len(s) || s[i] != ':' {
		return -1
	}
	return skipSpace(s, i+1)
}

func skipSpace(s string, i int) int {
	for i < len(s) && strings.IndexByte(" \t\r\n", s[i]) >= 0 {
		i++
	}
	return i
}

// scalarEnd returns where the number, word or separator that starts at i ends.
func scalarEnd(s string, i int) int {
	if n := strings.IndexAny(s[i+1:], " \t\r\n,:{}[]\""); n >= 0 {
		return i + 1 + n
	}
	return len(s)
}

func memberName(quoted string) string {
	var plain string
	if json.Unmarshal([]byte(quoted), &plain) != nil {
		return strings.Trim(quoted, `"`)
	}
	return plain
}

// xml masks the text of secret elements and the values of secret attributes.
func (m *marker) xml(where, s string) string {
	element := m.redactor.element
	s = element.ReplaceAllStringFunc(s, func(found string) string {
		parts := element.FindStringSubmatch(found)
		if !secretName(name(local(parts[1]))) || strings.TrimSpace(parts[3]) == "" {
			return found
		}
		m.note(where+"/"+parts[1], "credential", "member-name")
		return "<" + parts[1] + parts[2] + ">" + escapedMask
	})
	return m.redactor.attribute.ReplaceAllStringFunc(s, func(found string) string {
		n, _, _ := strings.Cut(found, "=")
		if !secretName(name(local(n))) {
			return found
		}
		m.note(where+"/@"+n, "credential", "member-name")
		return n + `="` + escapedMask + `"`
	})
}

// escapedMask is the mask in XML.
const escapedMask = "&lt;secret&gt;"

func local(qname string) string { return qname[strings.LastIndexByte(qname, ':')+1:] }
