package redact

import (
	"encoding/json"
	"strings"
)

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
		value := valueStart(s, end)
		if value < 0 {
			out.WriteString(m.inString(where, s[i:end]))
			i = end
			continue
		}
		out.WriteString(s[i:value])
		member := memberName(s[i:end])
		i = value
		if secretName(name(member)) {
			i = m.jsonValue(&out, where+"/"+member, s, value)
		}
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
