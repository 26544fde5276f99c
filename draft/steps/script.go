package steps

import (
	"strconv"
	"strings"

	"flagrante/capture/curl"
	"flagrante/draft"
	"flagrante/draft/words"
	"flagrante/proxy"
)

// Command returns the lines of bash that make the call with that index, and take from
// its answer what later calls need.
func (p Plan) Command(i int) string {
	c := p.Calls[i]
	name := "step-" + strconv.Itoa(i+1)
	lines := []string{curl.Template(c.Request, p.BodyFile(i), c.output(name)...)}
	for _, t := range c.Takes {
		lines = append(lines, t.command(name))
	}
	return strings.Join(lines, "\n")
}

// output are the options that keep what is needed of an answer.
func (c Call) output(name string) (flags []string) {
	head, body := false, false
	for _, t := range c.Takes {
		head = head || t.how.header != ""
		body = body || t.how.header == ""
	}
	if head {
		flags = append(flags, "-D", name+".head")
	}
	if body {
		flags = append(flags, "-o", name+".body")
	}
	return flags
}

// Script returns a script of a POSIX shell that makes all calls and ends with 0 when the last one
// fails in the same way, with 1 when it does not, and with 2 when it could not be
// tried. It runs in a folder of its own.
func (p Plan) Script(lang draft.Lang) string {
	var b strings.Builder
	say := func(key string, args ...string) string { return line(words.Text(lang, key, pairs(args))) }
	b.WriteString("#!/bin/sh\n# " + say("script.head") + "\nset -u\nhere=$(cd -- \"$(dirname -- \"$0\")\" && pwd) || exit 2\n")
	if p.needsJQ() {
		b.WriteString("command -v jq > /dev/null || { echo " + curl.Word(say("script.jq")) + " >&2; exit 2; }\n")
	}
	if len(p.Fill) > 0 {
		b.WriteString("\n# " + say("script.fill") + "\n")
	}
	for _, v := range p.Fill {
		b.WriteString(v.Name + "=${" + v.Name + ":-} # " + v.Describe(lang) + "\n")
		b.WriteString("[ -n \"$" + v.Name + "\" ] || { echo " + curl.Word(say("script.missing", "name", v.Name)) + " >&2; exit 2; }\n")
	}
	b.WriteString("\nwork=$(mktemp -d) || exit 2\ntrap 'rm -rf -- \"$work\"' EXIT\ncd -- \"$work\" || exit 2\n")
	for i, c := range p.Calls {
		if curl.FromFile(c.Request) {
			b.WriteString("cp -- \"$here/" + p.BodyFile(i) + "\" . || exit 2\n")
		}
	}
	for i := range p.Calls[:len(p.Calls)-1] {
		b.WriteString("\n# " + strconv.Itoa(i+1) + ". " + line(target(p.Calls[i].Exchange)) + "\n" + p.checked(i) + "\n")
	}
	b.WriteString(p.last(say))
	return b.String()
}

// needsJQ reports whether a value is taken from JSON.
func (p Plan) needsJQ() bool {
	for _, c := range p.Calls {
		for _, t := range c.Takes {
			if t.how.header == "" {
				return true
			}
		}
	}
	return false
}

// checked is a call before the last one. Without what it gives the way ends.
func (p Plan) checked(i int) string {
	c := p.Calls[i]
	name := "step-" + strconv.Itoa(i+1)
	var b strings.Builder
	b.WriteString(curl.Template(c.Request, p.BodyFile(i), "-sS", "-D", name+".head", "-o", name+".body") + " || exit 2\n")
	for _, t := range c.Takes {
		b.WriteString(t.command(name) + "\n[ -n \"$" + t.Name + "\" ] && [ \"$" + t.Name + "\" != null ] || { echo '" + t.Name + "?' >&2; exit 2; }\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// last makes the failing call, and compares what comes of it.
func (p Plan) last(say func(string, ...string) string) string {
	i := len(p.Calls) - 1
	c := p.Calls[i]
	var b strings.Builder
	b.WriteString("\n# " + strconv.Itoa(i+1) + ". " + line(target(c.Exchange)) + "\n")
	b.WriteString("got=$(" + curl.Template(c.Request, p.BodyFile(i), "-sS", "-D", "last.head", "-o", "last.body", "-w", "'%{http_code}'") + ")\nended=$?\n")
	b.WriteString("cat last.head last.body 2> /dev/null\n")
	want, test := "000", `[ "$ended" -ne 0 ]`
	if r := c.Exchange.Response; r != nil {
		want = strconv.Itoa(r.Status)
		test = `[ "$got" = ` + want + ` ]`
	}
	b.WriteString("if " + test + "; then\n  printf '\\n%s\\n' " + curl.Word(say("script.same", "status", want)) + "\nelse\n  printf '\\n%s %s\\n' " +
		curl.Word(say("script.other", "status", want)) + " \"$got\"\n  exit 1\nfi\n")
	return b.String()
}

// HTTPFile returns all calls for an editor's HTTP client. The variables are named on
// top; their values belong into the editor's environment file.
func (p Plan) HTTPFile(lang draft.Lang) string {
	var b strings.Builder
	for _, v := range p.Fill {
		b.WriteString("# {{" + v.Name + "}}: " + v.Describe(lang) + "\n")
	}
	for i, c := range p.Calls {
		for _, t := range c.Takes {
			v := Variable{Name: t.Name, Where: t.From, Step: i + 1}
			b.WriteString("# {{" + t.Name + "}}: " + v.Describe(lang) + "\n")
		}
	}
	for i, c := range p.Calls {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		b.WriteString("### " + strconv.Itoa(i+1) + ". " + line(target(c.Exchange)) + "\n" + curl.TemplateFile(c.Request, p.BodyFile(i)))
	}
	return b.String()
}

// Describe says what a variable is, on one line.
func (v Variable) Describe(lang draft.Lang) string {
	if v.Step > 0 {
		return line(words.Text(lang, "steps.given", pairs([]string{"where", v.Where, "step", strconv.Itoa(v.Step)})))
	}
	return line(words.Text(lang, "steps.masked", pairs([]string{"kind", words.Word(lang, "redaction", v.Kind), "where", v.Where})))
}

// target is the method and the address of a call without its query.
func target(x *proxy.Exchange) string {
	address, _, _ := strings.Cut(x.Request.URL, "?")
	return x.Request.Method + " " + address
}

// line keeps a comment on its line: what acts on a terminal or ends the line is taken
// out.
func line(s string) string { return curl.Comment(s) }

func pairs(list []string) map[string]string {
	args := make(map[string]string, len(list)/2)
	for i := 0; i+1 < len(list); i += 2 {
		args[list[i]] = list[i+1]
	}
	return args
}
