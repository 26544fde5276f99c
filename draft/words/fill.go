package words

import (
	"strings"

	"flagrante/draft"
)

// fill writes args into sentence in one pass, so that an arg which looks like a
// placeholder stays what it is. A placeholder is {name}, or {name:family} for a
// value that is said with a word of its own, {name:number} for one with a decimal
// point, {name:ms} for a duration in milliseconds, {name:instant} for a time, or {name:call|calls} for a
// number of things, with the word for one and for others; a part in [brackets] is left out
// when one of its args is empty.
func fill(lang draft.Lang, sentence string, args map[string]string) string {
	var out strings.Builder
	for sentence != "" {
		at := strings.IndexAny(sentence, "[{")
		if at < 0 {
			break
		}
		out.WriteString(sentence[:at])
		open := sentence[at]
		inner, rest, _ := strings.Cut(sentence[at+1:], closing(open))
		sentence = rest
		switch {
		case open == '{':
			out.WriteString(value(lang, inner, args))
		case complete(inner, args):
			out.WriteString(fill(lang, inner, args))
		}
	}
	out.WriteString(sentence)
	return out.String()
}

func closing(open byte) string {
	if open == '[' {
		return "]"
	}
	return "}"
}

func value(lang draft.Lang, placeholder string, args map[string]string) string {
	name, family, ok := strings.Cut(placeholder, ":")
	if !ok {
		return args[name]
	}
	if one, others, counted := strings.Cut(family, "|"); counted {
		return counting(args[name], one, others)
	}
	switch family {
	case "number":
		return number(lang, args[name])
	case "instant":
		return instant(lang, args[name])
	case "ms":
		return milliseconds(lang, args[name])
	}
	return Word(lang, family, args[name])
}

// complete reports whether all placeholders of part have a value.
func complete(part string, args map[string]string) bool {
	for _, name := range placeholders(part) {
		if args[name] == "" {
			return false
		}
	}
	return true
}

func placeholders(sentence string) []string {
	var names []string
	for {
		_, rest, ok := strings.Cut(sentence, "{")
		if !ok {
			return names
		}
		inner, rest, _ := strings.Cut(rest, "}")
		name, _, _ := strings.Cut(inner, ":")
		names = append(names, name)
		sentence = rest
	}
}

// counting says how many there are of what one, or others, is the word for.
func counting(n, one, others string) string {
	if n == "1" {
		return n + " " + one
	}
	return n + " " + others
}
