package redact

import (
	"mime"
	"strings"
)

// boundaryOf returns the boundary of a multipart type (RFC 2046, section 5.1.1),
// empty when contentType is not one.
func boundaryOf(contentType string) string {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return ""
	}
	return params["boundary"]
}

// multipart masks the parts of a body one by one. What is between them, and the
// order, stays; a last part that was cut off is masked as far as it goes.
func (m *marker) multipart(where, s, boundary string, depth int) string {
	delimiter := "--" + boundary
	parts := strings.Split(s, delimiter)
	for i := 1; i < len(parts); i++ {
		if strings.HasPrefix(parts[i], "--") {
			break
		}
		parts[i] = m.part(where, parts[i], depth)
	}
	return strings.Join(parts, delimiter)
}

// part masks what is between two delimiters: a line end, header fields, an empty
// line, the content, and a line end.
func (m *marker) part(where, s string, depth int) string {
	head, content, ok := strings.Cut(s, "\r\n\r\n")
	separator := "\r\n\r\n"
	if !ok {
		if head, content, ok = strings.Cut(s, "\n\n"); !ok {
			return s
		}
		separator = "\n\n"
	}
	end := ""
	for _, lineEnd := range []string{"\r\n", "\n"} {
		if rest, found := strings.CutSuffix(content, lineEnd); found {
			content, end = rest, lineEnd
			break
		}
	}
	field, contentType := partHead(head)
	at := where + "/" + field
	if secretName(name(field)) && content != "" {
		m.note(at, "credential", "part-name")
		return head + separator + Mask + end
	}
	return head + separator + m.bodyText(at, content, contentType, depth+1) + end
}

// partHead returns the name of the field (RFC 7578, section 4.2) and the type of
// a part.
func partHead(head string) (field, contentType string) {
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch {
		case strings.EqualFold(key, "Content-Disposition"):
			if _, params, err := mime.ParseMediaType(value); err == nil {
				field = params["name"]
			}
		case strings.EqualFold(key, "Content-Type"):
			contentType = strings.TrimSpace(value)
		}
	}
	return field, contentType
}
