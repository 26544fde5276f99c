package redact

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// inString masks the secrets in a JSON string that holds another message: JSON,
// a form, or JSON in base64. It takes and returns the quoted string.
func (m *marker) inString(where, quoted string) string {
	if len(quoted) < 8 || m.depth >= maxNesting || !mayHold(quoted) {
		return quoted
	}
	plain := memberName(quoted)
	m.depth++
	defer func() { m.depth-- }()
	masked := m.message(where, plain)
	if masked == plain {
		return quoted
	}
	return quote(masked)
}

// mayHold tells most strings apart without unquoting them.
func mayHold(quoted string) bool {
	return strings.Contains(quoted, `\"`) || strings.Contains(quoted, "=") || strings.HasPrefix(quoted, `"ey`) || strings.HasPrefix(quoted, `"ew`)
}

// message masks a message that stands inside of another one.
func (m *marker) message(where, s string) string {
	switch start := strings.TrimLeft(s, " \t\r\n"); {
	case strings.HasPrefix(start, "{"), strings.HasPrefix(start, "["):
		return m.json(where, s)
	case strings.HasPrefix(s, "ey"), strings.HasPrefix(s, "ew"):
		return m.encoded(where, s)
	case isPairs(s):
		return m.pairs(where+"/", s)
	}
	return s
}

// isPairs recognises a form: names and values, and nothing that no form has.
func isPairs(s string) bool {
	name, rest, ok := strings.Cut(s, "=")
	return ok && name != "" && !strings.ContainsAny(name, " /:?&<>\"{}") && !strings.ContainsAny(rest, " \n\"<>{}")
}

// encoded masks base64 of JSON, which begins so, as a whole when there is a secret
// inside.
func (m *marker) encoded(where, s string) string {
	trimmed := strings.TrimRight(s, "=")
	plain, err := base64.RawStdEncoding.DecodeString(trimmed)
	if err != nil {
		plain, err = base64.RawURLEncoding.DecodeString(trimmed)
	}
	if err != nil || !json.Valid(plain) || m.json(where, string(plain)) == string(plain) {
		return s
	}
	return Mask
}

// quote writes a JSON string the way that most do: only what must be is escaped.
func quote(s string) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(s) != nil {
		return `"` + Mask + `"`
	}
	return strings.TrimSuffix(out.String(), "\n")
}
