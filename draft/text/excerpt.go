package text

import (
	"strings"
	"unicode/utf8"
)

// excerpt returns the beginning of a body that is too long to be shown whole. It ends where
// nothing is half, so that neither a reader nor the gate takes what follows in the ticket
// for the rest of a string or a tag.
func excerpt(s string, limit int) (shown string, cut bool) {
	shown, cut = prefix(s, limit)
	if !cut {
		return shown, false
	}
	start := strings.TrimLeft(shown, " \t\r\n\ufeff")
	switch {
	case start == "":
	case strings.IndexByte(`{["`, start[0]) >= 0:
		return closed(shown), true
	case start[0] == '<':
		return closedElements(shown), true
	}
	return shown, true
}

// closing ends a string that was cut through.
const closing = `…"`

// closed ends a string of JSON that was cut through, with an ellipsis, and leaves out a word or
// a number that was.
func closed(s string) string {
	opened := -1
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && opened >= 0:
			if i++; i >= len(s) {
				s = s[:i-1]
			}
		case s[i] == '"' && opened >= 0:
			opened = -1
		case s[i] == '"':
			opened = i
		}
	}
	if opened < 0 {
		return strings.TrimRight(s, "-+.0123456789abcdefghijklmnopqrstuvwxyzE")
	}
	if at := strings.LastIndex(s[opened:], `\u`); at >= 0 && len(s)-opened-at < len(`\u0000`) {
		s = s[:opened+at]
	}
	return s[:opened] + withoutOpenTag(s[opened:]) + closing
}

// closedElements ends XML behind the last element that was closed, unless more than half of it
// is a text behind that.
func closedElements(s string) string {
	s = withoutOpenTag(s)
	end := strings.LastIndex(s, "/>") + len("/>")
	if at := strings.LastIndex(s, "</"); at >= end {
		end = at + strings.IndexByte(s[at:], '>') + 1
	}
	if end < len(s)/2 {
		return s
	}
	return s[:end]
}

// withoutOpenTag leaves out a tag, or a mask, that was cut through.
func withoutOpenTag(s string) string {
	if at := strings.LastIndexByte(s, '<'); at > strings.LastIndexByte(s, '>') {
		return s[:at]
	}
	return s
}

// prefix returns at most limit bytes of s, whole runes only.
func prefix(s string, limit int) (string, bool) {
	if len(s) <= limit {
		return s, false
	}
	for limit > 0 && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return s[:limit], true
}
