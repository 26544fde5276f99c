package template

import (
	"fmt"
	"slices"
	"strings"
)

// reader reads the spans of a line. It keeps the first thing that is wrong.
type reader struct {
	rest          string
	values, parts []string
	style         Style
	optional      bool
	err           string
}

// spans reads up to the mark that ends them, or where that is empty to the end of the
// line.
func (r *reader) spans(end string) (found []Span) {
	text := ""
	flush := func() {
		if text != "" {
			found = append(found, Span{Style: r.style, Text: text})
		}
		text = ""
	}
	for r.rest != "" && r.err == "" {
		if c, ok := r.literal(); ok {
			text += c
			continue
		}
		if end != "" && r.take(end) {
			flush()
			return found
		}
		more := r.marked()
		if more != nil || r.err != "" {
			flush()
			found = append(found, more...)
			continue
		}
		text += r.rest[:1]
		r.rest = r.rest[1:]
	}
	flush()
	if end != "" {
		r.fail(fmt.Sprintf("a %q is missing in this line", end))
	}
	return found
}

// marked reads what begins with a mark, nil where there is none.
func (r *reader) marked() []Span {
	switch {
	case r.take("{"):
		return []Span{{Style: r.style, Value: r.name()}}
	case r.take("["):
		if r.optional {
			r.fail("a part in [brackets] can't have another one inside")
			return nil
		}
		r.optional = true
		inner := r.spans("]")
		r.optional = false
		if r.err == "" && !slices.ContainsFunc(inner, func(s Span) bool { return s.Value != "" }) {
			r.fail("a part in [brackets] is left out when a value in it is empty, so it needs a {name}; a bracket itself is written twice")
		}
		return []Span{{Optional: inner}}
	case r.style == Plain && r.take("**"):
		return r.styled(Strong, "**")
	case r.style == Plain && r.take("`"):
		return r.styled(Code, "`")
	case r.rest[0] == '}', r.rest[0] == ']':
		r.fail(fmt.Sprintf("there is a %q that closes nothing; the character itself is written twice", r.rest[:1]))
	}
	return nil
}

func (r *reader) styled(s Style, end string) []Span {
	r.style = s
	inner := r.spans(end)
	r.style = Plain
	if len(inner) == 0 {
		r.fail(fmt.Sprintf("there is nothing between %q and %q", end, end))
	}
	return inner
}

// name reads the name of a value up to its brace.
func (r *reader) name() string {
	name, rest, ok := strings.Cut(r.rest, "}")
	r.rest = rest
	switch {
	case !ok:
		r.fail(`a "}" is missing in this line; a brace itself is written twice`)
	case slices.Contains(r.parts, name):
		r.fail("{" + name + "} is of several lines, and has to stand on a line of its own")
	case !slices.Contains(r.values, name):
		r.fail(fmt.Sprintf("{%.40s} is not known; there are %s", name, strings.Join(slices.Sorted(slices.Values(slices.Concat(r.values, r.parts))), ", ")))
	}
	return name
}

// literal reads a brace or a bracket that is written twice.
func (r *reader) literal() (string, bool) {
	for _, double := range []string{"{{", "}}", "[[", "]]"} {
		if name, _, ok := strings.Cut(strings.TrimPrefix(r.rest, "{{"), "}}"); double == "{{" && ok && slices.Contains(slices.Concat(r.values, r.parts), strings.TrimSpace(name)) {
			r.fail("{" + strings.TrimSpace(name) + "} is written with one brace at each side")
			return "", false
		}
		if r.take(double) {
			return double[:1], true
		}
	}
	return "", false
}

func (r *reader) take(mark string) bool {
	rest, ok := strings.CutPrefix(r.rest, mark)
	r.rest = rest
	return ok
}

func (r *reader) fail(text string) {
	if r.err == "" {
		r.err = text
	}
}
