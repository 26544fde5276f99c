package redact

import (
	"strings"

	"flagrante/proxy"
)

// fields masks header or trailer fields; order and names stay.
func (m *marker) fields(where string, fields proxy.Fields) proxy.Fields {
	out := make(proxy.Fields, len(fields))
	for i, f := range fields {
		out[i] = proxy.Field{Name: f.Name, Value: m.field(where+"."+f.Name, f)}
	}
	return out
}

func (m *marker) field(where string, f proxy.Field) string {
	switch n := name(f.Name); {
	case n == "cookie":
		return m.cookies(where, f.Value)
	case n == "setcookie":
		return m.setCookie(where, f.Value)
	case n == "wwwauthenticate" || n == "proxyauthenticate":
		return m.text(where, f.Value)
	case n == "authorization" || n == "proxyauthorization":
		m.note(where, "credential", "header-name")
		return maskCredential(f.Value)
	case secretName(n) && f.Value != "":
		m.note(where, "credential", "header-name")
		return Mask
	case strings.Contains(f.Value, "://") || strings.Contains(f.Value, "?"):
		return m.text(where, m.urlParts(where, f.Value))
	}
	return m.text(where, f.Value)
}

// maskCredential keeps the scheme of an Authorization value (RFC 9110, section
// 11.4), which tells support which way of logging in was tried.
func maskCredential(value string) string {
	scheme, _, ok := strings.Cut(strings.TrimSpace(value), " ")
	if !ok || strings.ContainsAny(scheme, "=:,;") || len(scheme) > 24 {
		return Mask
	}
	return scheme + " " + Mask
}

// cookies masks the values of a Cookie field (RFC 6265, section 4.2.1); the
// names stay.
func (m *marker) cookies(where, value string) string {
	m.note(where, "cookie", "header-name")
	pairs := strings.Split(value, ";")
	for i, pair := range pairs {
		if n, _, ok := strings.Cut(pair, "="); ok {
			pairs[i] = n + "=" + Mask
		} else {
			pairs[i] = Mask
		}
	}
	return strings.Join(pairs, ";")
}

// setCookie masks the value of the cookie; its name and attributes stay.
func (m *marker) setCookie(where, value string) string {
	m.note(where, "cookie", "header-name")
	pair, attributes, more := strings.Cut(value, ";")
	n, _, ok := strings.Cut(pair, "=")
	masked := Mask
	if ok {
		masked = n + "=" + Mask
	}
	if more {
		masked += ";" + attributes
	}
	return masked
}
