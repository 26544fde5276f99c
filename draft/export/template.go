package export

import (
	"fmt"
	"slices"
	"strings"
)

// values are what placeholders stand for. A list in the middle of a text is
// written with spaces between its items.
type values struct {
	text map[string]string
	list map[string][]string
	// each has what was captured of each file, in the order of the files; empty for one
	// that the portal did not take.
	each map[string][]string
}

func (v values) get(name string) string {
	if list := v.items(name); list != nil {
		return strings.Join(list, " ")
	}
	return v.text[name]
}

// items returns the items of a variable that is a list, else nil.
func (v values) items(name string) []string {
	if list, ok := v.each[name]; ok {
		return slices.DeleteFunc(slices.Clone(list), func(item string) bool { return item == "" })
	}
	return v.list[name]
}

// ofFile returns v as it is where one file is meant, the i-th: what was captured of each
// is what was captured of this one.
func (v values) ofFile(i int, f File) values {
	own := f.variables()
	for name, list := range v.each {
		if i < len(list) {
			own[name] = list[i]
		}
	}
	one := v.with(own)
	one.each = nil
	return one
}

// refused reports whether the portal did not take the i-th file.
func (v values) refused(i int) bool {
	for _, list := range v.each {
		if i < len(list) && list[i] == "" {
			return true
		}
	}
	return false
}

// with returns v with more texts, which hide those of v.
func (v values) with(more map[string]string) values {
	text := make(map[string]string, len(v.text)+len(more))
	for _, m := range []map[string]string{v.text, more} {
		for name, value := range m {
			text[name] = value
		}
	}
	return values{text: text, list: v.list, each: v.each}
}

// expand replaces every "{name}" of s by its value, passed through escape; "{{" and
// "}}" are braces. What comes out of a value is never looked at again, so a value
// that itself holds braces stays as it is. A placeholder without a value becomes
// empty.
func expand(s string, v values, escape func(string) string) string {
	var out strings.Builder
	for _, p := range pieces(s) {
		if p.name == "" {
			out.WriteString(p.text)
		} else {
			out.WriteString(escape(v.get(p.name)))
		}
	}
	return out.String()
}

func verbatim(s string) string { return s }

// piece is a text, or the name of a placeholder. Text alone is a stray brace when
// stray is set.
type piece struct {
	text, name string
	stray      bool
}

func pieces(s string) []piece {
	var found []piece
	for s != "" {
		at := strings.IndexAny(s, "{}")
		if at < 0 {
			return append(found, piece{text: s})
		}
		if at > 0 {
			found = append(found, piece{text: s[:at]})
		}
		s = s[at:]
		name, rest, closed := strings.Cut(s[1:], "}")
		switch {
		case strings.HasPrefix(s, "{{"), strings.HasPrefix(s, "}}"):
			found, s = append(found, piece{text: s[:1]}), s[2:]
		case s[0] == '{' && closed && isName(name):
			found, s = append(found, piece{name: name}), rest
		default:
			found, s = append(found, piece{text: s[:1], stray: true}), s[1:]
		}
	}
	return found
}

// isName reports whether s can be the name of a variable: a small letter, then
// small letters, digits and underscores.
func isName(s string) bool {
	for i, r := range s {
		if (r < 'a' || r > 'z') && (i == 0 || r != '_' && (r < '0' || r > '9')) {
			return false
		}
	}
	return s != ""
}

// checkTemplate says what is wrong with a text that may use names: a brace that is
// no placeholder, or one of another name.
func checkTemplate(s string, names []string) string {
	for _, p := range pieces(s) {
		switch {
		case p.stray:
			return fmt.Sprintf("%q has a brace that belongs to no {name}; a brace itself is written twice", s)
		case p.name != "" && !slices.Contains(names, p.name):
			return fmt.Sprintf("%q uses {%s}, which is not one of %s", s, p.name, strings.Join(slices.Sorted(slices.Values(names)), ", "))
		}
	}
	return ""
}
