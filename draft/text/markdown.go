package text

import (
	"strconv"
	"strings"

	"flagrante/draft"
)

// Markdown writes d as a ticket in CommonMark. Whatever the evidence holds, the
// text has no HTML, link or mention of it: values are escaped, in code spans, or
// in fences longer than any run of backticks inside.
func Markdown(d draft.Draft, o Options) string { return build(d, o).markdown() }

func (d document) markdown() string {
	parts := make([]string, 0, len(d.blocks))
	for _, b := range d.blocks {
		parts = append(parts, markdownBlock(b))
	}
	return strings.Join(parts, "\n\n") + "\n"
}

func markdownBlock(b block) string {
	switch b := b.(type) {
	case heading:
		return strings.Repeat("#", b.level) + " " + b.line.markdown()
	case paragraph:
		return b.line.markdown()
	case list:
		return b.markdown()
	case fence:
		ticks := strings.Repeat("`", max(3, longestRun(b.text)+1))
		return ticks + b.info + "\n" + b.text + "\n" + ticks
	}
	return ""
}

func (l list) markdown() string {
	var lines []string
	for i, e := range l.entries {
		mark := "- "
		if l.numbered {
			mark = strconv.Itoa(max(l.start, 1)+i) + ". "
		}
		lines = append(lines, mark+e.line.markdown())
		for _, sub := range e.sub {
			lines = append(lines, strings.Repeat(" ", len(mark))+"- "+sub.markdown())
		}
	}
	return strings.Join(lines, "\n")
}

func (l line) markdown() string {
	var out strings.Builder
	for _, s := range l {
		switch s.style {
		case styleCode:
			out.WriteString(codeSpan(s.text))
		case styleStrong:
			out.WriteString("**" + escape(s.text) + "**")
		default:
			out.WriteString(escape(s.text))
		}
	}
	if strings.HasPrefix(out.String(), "/") {
		// GitLab obeys lines such as /close, its quick actions.
		return `\` + out.String()
	}
	return out.String()
}

// codeSpan follows CommonMark 0.31, section 6.1: the delimiter must not occur in
// the content, and a space at both ends is taken away.
func codeSpan(s string) string {
	if strings.TrimSpace(s) == "" {
		return escape("\"" + s + "\"")
	}
	ticks := strings.Repeat("`", longestRun(s)+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || s[0] == ' ' && s[len(s)-1] == ' ' {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// longestRun returns the length of the longest run of backticks in s.
func longestRun(s string) int {
	longest, run := 0, 0
	for i := range len(s) {
		run++
		if s[i] != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// escape makes s mean itself in running text. Portals add to CommonMark: bare
// addresses become links, @name calls people, #1 and !1 point to tickets, $x$ is
// mathematics.
func escape(s string) string {
	var out strings.Builder
	for i := range len(s) {
		if strings.IndexByte("\\`*[]<>&|~#!$@", s[i]) >= 0 || s[i] == '_' && !insideWord(s, i) || endsScheme(s, i) {
			out.WriteByte('\\')
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// insideWord reports whether letters or digits stand on both sides of the
// character at i; an underscore there is never emphasis.
func insideWord(s string, i int) bool {
	return i > 0 && i+1 < len(s) && alphanumeric(s[i-1]) && alphanumeric(s[i+1])
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// endsScheme reports whether the character at i is the one that makes what
// stands before it the beginning of a bare address.
func endsScheme(s string, i int) bool {
	return strings.HasPrefix(s[i:], "://") ||
		s[i] == '.' && i >= 3 && strings.EqualFold(s[i-3:i], "www")
}
