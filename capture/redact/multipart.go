package redact

import (
	"mime"
	"path"
	"strings"

	"flagrante/capture/redact/detect"
)

// maxBoundary is the length of the longest boundary (RFC 2046, section 5.1.1).
const maxBoundary = 70

// boundaryOf returns the boundary of a multipart body, empty when it is none. What
// the body begins with counts more than its type, which recordings leave out and
// apps get wrong.
func boundaryOf(data, contentType string) string {
	if boundary := leadingBoundary(data); boundary != "" {
		return boundary
	}
	return declaredBoundary(contentType)
}

// leadingBoundary recognises a delimiter that is followed by a header field of a
// part.
func leadingBoundary(data string) string {
	rest, ok := strings.CutPrefix(data, "--")
	if !ok {
		return ""
	}
	end := strings.IndexByte(rest[:min(len(rest), maxBoundary+2)], '\n')
	if end < 0 {
		return ""
	}
	line, after := strings.TrimSuffix(rest[:end], "\r"), rest[end+1:]
	const field = "content-"
	if len(line) == 0 || len(after) < len(field) || !strings.EqualFold(after[:len(field)], field) {
		return ""
	}
	return line
}

// declaredBoundary returns the boundary of a multipart type (RFC 2046, section
// 5.1.1), empty when contentType is not one.
func declaredBoundary(contentType string) string {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return ""
	}
	return params["boundary"]
}

// multipart masks the parts of a body one by one. What is between them, and the
// order, stays; a last part that was cut off is masked as far as it goes.
func (w *walk) multipart(s, boundary string) string {
	delimiter := "--" + boundary
	parts := strings.Split(s, delimiter)
	cut := w.cut
	for i := range parts {
		if i == 0 || strings.HasPrefix(parts[i], "--") {
			parts[i] = w.prose(place{}, parts[i])
			continue
		}
		w.cut = cut && i == len(parts)-1
		parts[i] = w.part(parts[i])
	}
	return strings.Join(parts, delimiter)
}

// part masks what is between two delimiters: a line end, header fields, an empty
// line, the content, and a line end.
func (w *walk) part(s string) string {
	separator := "\r\n\r\n"
	head, content, ok := strings.Cut(s, separator)
	if !ok {
		separator = "\n\n"
		if head, content, ok = strings.Cut(s, separator); !ok {
			return w.prose(place{}, s)
		}
	}
	end := ""
	for _, lineEnd := range [...]string{"\r\n", "\n"} {
		if rest, found := strings.CutSuffix(content, lineEnd); found {
			content, end = rest, lineEnd
			break
		}
	}
	field, contentType := partHead(head)
	at := place{name: field, naming: w.naming(field), field: true}
	w.path = append(w.path, step{name: field})
	defer func() { w.path = w.path[:len(w.path)-1] }()
	head = w.fileName(head)
	if w.again == nil && at.naming.Kind != "" && content != "" && len(content) < 4096 {
		if masked := w.leaf(at, content); masked != content {
			return w.prose(place{}, head) + separator + masked + end
		}
	}
	return w.prose(place{}, head) + separator + w.content(content, contentType) + end
}

// fileName masks who is named by the file of a part: CNH_Joao_Souza.jpg.
func (w *walk) fileName(head string) string {
	const parameter = `filename="`
	before, rest, ok := strings.Cut(head, parameter)
	name, after, closed := strings.Cut(rest, `"`)
	if !ok || !closed || w.again != nil {
		return head
	}
	end := path.Ext(name)
	words := strings.NewReplacer("_", " ", "-", " ", "+", " ").Replace(strings.TrimSuffix(name, end))
	masked := w.prose(place{}, words)
	if masked == words {
		return head
	}
	return before + parameter + masked + end + `"` + after
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

// stream masks a stream of events (WHATWG HTML, server-sent events). Data that is
// spread over several lines, and has something to mask only when they are put
// together, is not kept.
func (w *walk) stream(s string) string {
	events := strings.Split(s, "\n\n")
	for i, event := range events {
		event = w.namedEvent(event)
		events[i] = w.text(place{}, event)
		if strings.Count(event, "data:") < 2 {
			continue
		}
		var data strings.Builder
		for line := range strings.Lines(event) {
			if rest, ok := strings.CutPrefix(line, "data:"); ok {
				data.WriteString(strings.TrimPrefix(rest, " "))
			}
		}
		joined := data.String()
		marks := len(w.marks)
		if w.value(place{}, joined) != joined && (len(w.marks) > marks || w.again != nil) && detect.MaskLen(joined) != len(joined) {
			events[i] = "data: " + strings.ReplaceAll(w.value(place{}, joined), "\n", "\ndata: ")
		}
	}
	return strings.Join(events, "\n\n")
}

// namedEvent masks the data of an event whose name is that of a secret, where they look like
// one: models of language send words as tokens.
func (w *walk) namedEvent(event string) string {
	_, name, ok := strings.Cut("\n"+event, "\nevent:")
	if !ok || w.again != nil {
		return event
	}
	name, _, _ = strings.Cut(name, "\n")
	at := place{name: strings.TrimSpace(name), naming: w.naming(strings.TrimSpace(name))}
	if !at.naming.Kind.IsSecret() || !at.naming.Strong {
		return event
	}
	lines := strings.Split(event, "\n")
	for i, line := range lines {
		data, ok := strings.CutPrefix(line, "data:")
		if v := strings.TrimSpace(data); ok && (detect.Unguessable(v) || detect.SecretWord(v)) {
			lines[i] = strings.Replace(line, v, w.leaf(at, v), 1)
		}
	}
	return strings.Join(lines, "\n")
}
