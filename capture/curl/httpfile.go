package curl

import (
	"bytes"
	"strings"
	"unicode"

	"flagrante/proxy"
)

// HTTPFile returns r in the .http format that the editors of JetBrains and the
// REST Client of VS Code send. A body that such an editor would not take as
// plain data is read from BodyFile, and a field in which it would put the value
// of a variable is left as a comment.
func HTTPFile(r proxy.Request) string {
	return httpFile(r, BodyFile, func(s string, plain func(string) string) string { return plain(s) }, func(s string) string { return s })
}

// TemplateFile is HTTPFile for a request with marks of variables, which become
// {{NAME}}. The body is read from bodyFile where it can't stand in the file.
func TemplateFile(r proxy.Request, bodyFile string) string {
	return httpFile(r, bodyFile, braced, literal)
}

func httpFile(r proxy.Request, bodyFile string, write func(string, func(string) string) string, fixed func(string) string) string {
	r = inHTTP1(r)
	var b strings.Builder
	b.WriteString(first(strings.Map(tchar, r.Method), "GET") + " " + write(r.URL, func(s string) string { return inert(escape(s)) }))
	if strings.HasPrefix(r.Proto, "HTTP/") {
		b.WriteString(" " + visible(r.Proto))
	}
	b.WriteString("\n")
	for _, f := range lines(r) {
		if strings.Contains(fixed(f.Value), "{{") {
			b.WriteString("# ")
		}
		b.WriteString(f.Name + ": " + write(f.Value, visible) + "\n")
	}
	body := string(r.Body.Data)
	switch {
	case r.Body.Size == 0:
	case FromFile(r) || active([]byte(fixed(body))):
		b.WriteString("\n< ./" + bodyFile + "\n")
	default:
		b.WriteString("\n" + write(body, func(s string) string { return s }) + "\n")
	}
	return b.String()
}

func first(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// inert percent-encodes braces, which mark a variable.
func inert(target string) string {
	return visible(strings.NewReplacer("{", "%7B", "}", "%7D").Replace(target))
}

// visible makes every character that acts instead of being seen a blank.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if hidden(r) && r != '\t' {
			return ' '
		}
		return r
	}, text)
}

// active reports whether an editor would act on the body: a separator of
// requests, a comment, the inclusion of a file, a script, a variable, or a
// character that does not stay as it is.
func active(body []byte) bool {
	if bytes.Contains(body, []byte("{{")) {
		return true
	}
	for text := range bytes.SplitSeq(body, []byte("\n")) {
		text = bytes.TrimSpace(text)
		if bytes.HasPrefix(text, []byte("#")) || bytes.HasPrefix(text, []byte("//")) || bytes.HasPrefix(text, []byte(">")) || include(text) {
			return true
		}
	}
	return bytes.ContainsFunc(body, func(r rune) bool { return hidden(r) && r != '\n' && r != '\t' })
}

// include reports whether a line names a file to read or to compare with; a tag
// of XML does not.
func include(text []byte) bool {
	if len(text) == 0 || text[0] != '<' {
		return false
	}
	return len(text) == 1 || strings.ContainsRune("@<>", rune(text[1])) || unicode.IsSpace(rune(text[1]))
}
