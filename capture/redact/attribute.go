package redact

import (
	"html"
	"strings"

	"flagrante/capture/redact/detect"
)

// attributes masks the values of attributes.
func (x *xmlWalk) attributes(at place, s string) string {
	x.named = attribute(s, "name", "Name", "key", "Key", "id", "nome", "chave", "campo")
	if f := detect.Fold(at.name); x.named != "" && isFigures(x.named) && (f == "field" || f == "isofield" || f == "bit") {
		x.named = "de" + x.named // As in <field id="35" value="…"/> of ISO 8583.
	}
	if hidesInput(s) && x.naming(x.named).Kind == "" {
		x.named, at.naming = "", detect.Naming{Kind: detect.Password, Strong: true}
	}
	var out strings.Builder
	for s != "" {
		eq := strings.IndexByte(s, '=')
		if eq < 0 || eq+1 >= len(s) {
			break
		}
		name := strings.TrimSpace(s[:eq])
		name = name[strings.LastIndexAny(name, " \t\r\n")+1:]
		from := eq + 1 + len(s[eq+1:]) - len(strings.TrimLeft(s[eq+1:], " \t\r\n"))
		if from >= len(s) {
			break
		}
		if s[from] != '"' && s[from] != '\'' {
			end := from + len(strings.TrimRight(unquotedValue(s[from:]), "/"))
			value := s[from:end]
			if !isMasked(value) {
				value = x.attribute(at, local(name), value)
			}
			out.WriteString(s[:from] + value)
			s = s[end:]
			continue
		}
		end := strings.IndexByte(s[from+1:], s[from])
		if end < 0 {
			break
		}
		end += from + 1
		out.WriteString(s[:from+1])
		out.WriteString(x.attribute(at, local(name), s[from+1:end]))
		out.WriteByte(s[from])
		s = s[end+1:]
	}
	return out.String() + s
}

func (x *xmlWalk) attribute(element place, name, value string) string {
	at := place{name: name, naming: x.naming(name), parent: element.naming}
	if subject := x.naming(x.named); at.naming.Subject && x.named != "" && subject.Kind != "" {
		at.name, at.naming, at.outer = x.named, subject, ""
	} else if at.naming.Subject && element.naming.Kind != "" {
		at = element
	}
	if at.naming.Subject && (x.named == "code" || x.named == "state") && detect.Unguessable(value) {
		at.naming = detect.Naming{Kind: detect.Token, Strong: true} // Of OAuth, in a page that posts itself.
	}
	if strings.HasPrefix(name, "xmlns") || strings.Contains(value, "schemas.") || strings.Contains(value, "www.w3.org") {
		return value
	}
	plain := html.UnescapeString(value)
	x.path = append(x.path, step{name: "@" + name})
	masked := x.leaf(at, plain)
	x.path = x.path[:len(x.path)-1]
	if masked == plain {
		return value
	}
	return escapeXML(masked)
}

// isMasked reports a mask in text that tells of HTML: its quotes may be escaped, and its end
// may have been taken for that of the tag.
func isMasked(value string) bool {
	value = strings.Trim(html.UnescapeString(value), `\"'`)
	return value != "" && (detect.MaskLen(value) == len(value) || detect.MaskLen(value+">") == len(value)+1)
}

// unquotedValue is a value without quotes that s begins with (HTML, section 13.1.2.3).
func unquotedValue(s string) string {
	if n := strings.IndexAny(s, " \t\r\n"); n >= 0 {
		return s[:n]
	}
	return s
}

// attribute returns the value of the first of the attributes that is there.
func attribute(s string, names ...string) string {
	for _, name := range names {
		for _, quote := range [...]string{`"`, `'`} {
			if _, rest, ok := strings.Cut(s, " "+name+"="+quote); ok {
				value, _, _ := strings.Cut(rest, quote)
				return value
			}
		}
	}
	return ""
}
