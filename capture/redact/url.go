package redact

import (
	"net/url"
	"strings"
)

// url masks the user information of a URL, its secret parameters, and what looks
// like a secret anywhere in it.
func (m *marker) url(where, raw string) string {
	return m.text(where, m.urlParts(where, raw))
}

// urlParts masks the secret parameters in the query and in the fragment, where
// OAuth's implicit grant puts them (RFC 6749, section 4.2.2).
func (m *marker) urlParts(where, raw string) string {
	rest, fragment, hasFragment := strings.Cut(raw, "#")
	base, query, hasQuery := strings.Cut(rest, "?")
	if hasQuery {
		base += "?" + m.pairs(where+".query.", query)
	}
	if hasFragment {
		base += "#" + m.pairs(where+".fragment.", fragment)
	}
	return base
}

// pairs masks the secret values of name=value pairs, in a query or in a form
// (WHATWG URL, application/x-www-form-urlencoded). Everything else stays as it
// was written. where ends with what is between it and a name.
func (m *marker) pairs(where, s string) string {
	var out strings.Builder
	grant := strings.Contains(s, "state=") || strings.Contains(s, "grant_type=")
	for s != "" {
		end := strings.IndexAny(s, "&;")
		pair, separator := s, ""
		if end >= 0 {
			pair, separator = s[:end], s[end:end+1]
		}
		out.WriteString(m.pair(where, pair, grant))
		out.WriteString(separator)
		s = s[len(pair)+len(separator):]
	}
	return out.String()
}

func (m *marker) pair(where, pair string, grant bool) string {
	escaped, value, ok := strings.Cut(pair, "=")
	if !ok || value == "" {
		return pair
	}
	plain, err := url.QueryUnescape(escaped)
	if err != nil {
		plain = escaped
	}
	n := name(plain)
	// A key in a query is a secret of the caller; a code is one next to the other
	// parameters of an authorization code grant.
	if !secretName(n) && n != "key" && !(n == "code" && grant) {
		return pair
	}
	m.note(where+plain, "credential", "parameter-name")
	return escaped + "=" + Mask
}
