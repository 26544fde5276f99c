package text

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"flagrante/draft"
)

// Plain writes d as a ticket without any markup, for portals and mails that
// show text as it is. It is safe to print on a terminal.
func Plain(d draft.Draft, o Options) string { return build(d, o).plain() }

func (d document) plain() string {
	parts := make([]string, 0, len(d.blocks))
	for _, b := range d.blocks {
		parts = append(parts, plainBlock(b))
	}
	return strings.Join(parts, "\n\n") + "\n"
}

func plainBlock(b block) string {
	switch b := b.(type) {
	case heading:
		return underlined(b)
	case paragraph:
		return b.line.plain()
	case list:
		return b.plain()
	case fence:
		return "    " + strings.ReplaceAll(b.text, "\n", "\n    ")
	}
	return ""
}

func underlined(h heading) string {
	rule := "="
	switch h.level {
	case 2:
		rule = "-"
	case 3:
		return h.line.plain() + ":"
	}
	s := h.line.plain()
	return s + "\n" + strings.Repeat(rule, utf8.RuneCountInString(s))
}

func (l list) plain() string {
	var lines []string
	for i, e := range l.entries {
		mark := "- "
		if l.numbered {
			mark = strconv.Itoa(max(l.start, 1)+i) + ". "
		}
		lines = append(lines, mark+e.line.plain())
		for _, sub := range e.sub {
			lines = append(lines, "  - "+sub.plain())
		}
	}
	return strings.Join(lines, "\n")
}

func (l line) plain() string {
	var out strings.Builder
	for _, s := range l {
		out.WriteString(s.text)
	}
	return out.String()
}
