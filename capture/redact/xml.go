package redact

import "strings"

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
