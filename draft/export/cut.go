package export

import (
	"html"
	"strings"
	"unicode/utf8"
)

// ellipsis ends what was cut.
const ellipsis = "…"

// length counts s in the unit of the limits.
func (l Limits) length(s string) int {
	if l.Unit == "bytes" {
		return len(s)
	}
	return utf8.RuneCountInString(s)
}

// cut shortens s to at most limit units: whole characters and a closing ellipsis.
// A limit of 0 keeps s whole.
func (l Limits) cut(s string, limit int) string {
	if limit == 0 || l.length(s) <= limit {
		return s
	}
	return strings.TrimRight(l.head(s, limit-l.length(ellipsis)), " ") + ellipsis
}

// head returns the first units of s, ending with a whole character.
func (l Limits) head(s string, units int) string {
	n := 0
	for i, r := range s {
		size := 1
		if l.Unit == "bytes" {
			size = utf8.RuneLen(r)
		}
		if n += size; n > units {
			return s[:i]
		}
	}
	return s
}

// shorten returns a text in its form at most as long as the limit, with a mark at
// its end that says so. Cut HTML would leave elements open, so it gives up its
// layout: plain is the same text without any.
func (l Limits) shorten(form, s, plain, mark string) string {
	if l.Text == 0 || l.length(s) <= l.Text {
		return s
	}
	switch form {
	case "text.html":
		return l.shortHTML(plain, mark)
	case "text.markdown":
		return l.shortMarkdown(s, mark)
	}
	return l.wholeLines(s, l.Text-l.length(mark)-2) + "\n\n" + mark
}

// wholeLines returns the first units of s, up to the end of a line where one is
// near.
func (l Limits) wholeLines(s string, units int) string {
	s = l.head(s, units)
	if i := strings.LastIndexByte(s, '\n'); i > len(s)/2 {
		s = s[:i]
	}
	return strings.TrimRight(s, " \n")
}

func (l Limits) shortHTML(plain, mark string) string {
	const open, shut = "<pre>", "</pre>\n<p>"
	end := html.EscapeString(mark) + "</p>"
	room := l.Text - l.length(open+shut+end)
	for units := room; units > 0; units -= max(1, l.length(html.EscapeString(l.head(plain, units)))-room) {
		if escaped := html.EscapeString(l.wholeLines(plain, units)); l.length(escaped) <= room {
			return open + escaped + shut + end
		}
	}
	return "<p>" + end
}

func (l Limits) shortMarkdown(s, mark string) string {
	// A fence is closed by one as long as itself; a hundred is longer than any.
	const longest = 100
	s = l.wholeLines(s, l.Text-l.length(mark)-longest)
	if fence := openFence(s); fence != "" {
		s += "\n" + fence
	}
	return s + "\n\n" + mark
}

// openFence returns the fence of the code block in which s ends, empty when there
// is none (CommonMark 0.31, 4.5).
func openFence(s string) string {
	fence := ""
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		run := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(run) >= 3:
			fence = run
		case fence != "" && len(run) >= len(fence) && run == line:
			fence = ""
		}
	}
	return fence
}
