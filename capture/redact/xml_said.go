package redact

import (
	"html"
	"strings"

	"flagrante/capture/redact/detect"
)

// ledBy is the place of the text of an element before which a text ends in a name and a
// colon: Token: <code>…</code>. Under the name of a secret it has to look like one.
func (x *xmlWalk) ledBy(at place, plain string) place {
	lead := x.lead
	x.lead = leadOf(plain)
	if lead == "" || at.naming.Kind != "" {
		return at
	}
	naming := x.naming(lead)
	if naming.Kind == "" || naming.Kind.IsSecret() && !detect.Unguessable(plain) && !detect.SecretWord(plain) {
		return at
	}
	at.name, at.naming, at.outer = lead, naming, ""
	return at
}

// leadOf is the name that a text ends with, and a colon; empty when it does not.
func leadOf(plain string) string {
	lead, ok := strings.CutSuffix(plain, ":")
	if !ok {
		return ""
	}
	lead = strings.TrimSpace(lead[strings.LastIndexAny(lead, ".,;:!?()")+1:])
	if len(lead) > longestName {
		return ""
	}
	return lead
}

// declaration masks the value of an entity that a document declares (XML 1.0, section 4.2).
func (x *xmlWalk) declaration(s string) string {
	const start = "<!ENTITY"
	at := strings.Index(s, start)
	if at < 0 {
		return s
	}
	name, value, _ := strings.Cut(strings.TrimLeft(s[at+len(start):], " %\t\r\n"), " ")
	value = strings.TrimLeft(value, " \t\r\n")
	if value == "" || value[0] != '"' && value[0] != '\'' {
		return s
	}
	end := strings.IndexByte(value[1:], value[0])
	if end < 0 {
		return s
	}
	plain := html.UnescapeString(value[1 : 1+end])
	if strings.Trim(plain, `\`) == "" {
		return s // A quote that a shell escapes, in one of our own commands.
	}
	masked := x.leaf(place{name: name, naming: x.naming(name)}, plain)
	if masked == plain {
		return s
	}
	return s[:len(s)-len(value)+1] + escapeXML(masked) + value[1+end:]
}

// hidesInput reports that the attributes are those of a field for a password (HTML,
// section 4.10.5.1.6).
func hidesInput(attributes string) bool {
	_, kind, ok := strings.Cut(strings.ToLower(attributes), "type=")
	return ok && strings.HasPrefix(strings.TrimLeft(kind, `"'`), "password")
}
