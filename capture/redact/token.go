package redact

import (
	"encoding/json"
	"strings"

	"flagrante/capture/redact/detect"
)

// token is a part of JSON text: a bracket, a string, a name (k), a number (n), or
// another word.
type token struct {
	kind       byte
	start, end int32
	// up is the token of the bracket around it, -1 outside of all.
	up int32
}

// tokens reads text by its tokens alone, so that what was cut off, is broken, or
// has other text around it is read as far as it can be.
func (r *Redactor) tokens(s string) []token {
	all, ok := r.room(tokensOf(s))
	if !ok {
		all = make([]token, 0, tokensOf(s))
	}
	up := int32(-1)
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '{' || c == '[':
			all = append(all, token{c, int32(i), int32(i + 1), up})
			up = int32(len(all) - 1)
			i++
		case c == '}' || c == ']':
			if up >= 0 {
				up = all[up].up
			}
			all = append(all, token{c, int32(i), int32(i + 1), up})
			i++
		case c == '"' || c == '\'' && opensString(s, i):
			end := quoteEnd(s, i, c)
			all = append(all, token{'s', int32(i), int32(end), up})
			i = end
		case c == ':':
			if n := len(all) - 1; n >= 0 && (all[n].kind == 's' || all[n].kind == 'w') && all[n].up == up {
				all[n].kind = 'k'
			}
			i++
		case c == ' ' || c == ',' || c == '\n' || c == '\r' || c == '\t':
			i++
		default:
			end := i + max(detect.MaskLen(s[i:]), detect.EscapedMaskLen(s[i:]), wordLength(s[i:]))
			all = append(all, token{wordKind(s[i:end]), int32(i), int32(end), up})
			i = end
		}
	}
	return all
}

// room returns the tokens of a text that was read before, to be written over, where
// there are some and enough fit.
func (r *Redactor) room(want int) (tokens []token, ok bool) {
	if used := r.spare.Swap(nil); used != nil && cap(*used) >= want {
		return (*used)[:0], true
	}
	return nil, false
}

// tokensOf is about how many tokens there are: strings, commas and brackets.
func tokensOf(s string) int {
	n := strings.Count(s, `"`)/2 + strings.Count(s, ",") + 2*strings.Count(s, "{") + 2*strings.Count(s, "[") + 8
	return min(n, len(s)/2+8)
}

// opensString tells the quotes of Python and JavaScript from apostrophes.
func opensString(s string, i int) bool {
	before := strings.TrimRight(s[:i], " \t\r\n")
	return before != "" && strings.IndexByte("{[,:(", before[len(before)-1]) >= 0 && strings.IndexByte(s[i+1:], '\'') >= 0
}

func stringEnd(s string, i int) int { return quoteEnd(s, i, '"') }

// quoteEnd returns where the string that starts at i ends.
func quoteEnd(s string, i int, quote byte) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return len(s)
}

func wordLength(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case ' ', '\t', '\r', '\n', ',', ':', '{', '}', '[', ']', '"':
			return i
		}
	}
	return len(s)
}

func wordKind(s string) byte {
	switch {
	case s == "true" || s == "false" || s == "null":
		return 'l'
	case isNumber(s):
		return 'n'
	}
	return 'w'
}

func isNumber(s string) bool {
	if c := s[0]; c != '-' && (c < '0' || c > '9') {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && c != '+' && c != '-' && c != '.' && c != 'e' && c != 'E' {
			return false
		}
	}
	return true
}

func unquoted(text string) string {
	if text[0] == '\'' {
		return strings.Trim(text, "'")
	}
	if text[0] != '"' {
		return text
	}
	if strings.IndexByte(text, '\\') < 0 {
		return strings.TrimSuffix(text[1:], `"`)
	}
	var plain string
	if json.Unmarshal([]byte(text), &plain) != nil {
		return strings.Trim(text, `"`)
	}
	return plain
}
