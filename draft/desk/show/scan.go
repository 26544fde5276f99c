package show

import "strings"

// emit takes a piece of a text and the class that colours it, empty for none.
type emit func(class, piece string)

// scanJSON cuts JSON, whole or broken, into pieces to colour.
func scanJSON(s string, out emit) {
	for i := 0; i < len(s); {
		var end int
		class := ""
		switch c := s[i]; {
		case c == '"':
			end = quoted(s, i)
			class = "hl-text"
			if strings.HasPrefix(strings.TrimLeft(s[end:], " \t\r\n"), ":") {
				class = "hl-name"
			}
		case strings.IndexByte("{}[],:", c) >= 0:
			end, class = run(s, i, "{}[],:"), "hl-mark"
		case c == '-' || '0' <= c && c <= '9':
			end, class = run(s, i, "-+.eE0123456789"), "hl-number"
		case 'a' <= c && c <= 'z':
			end, class = max(i+1, run(s, i, "aeflnrstu")), "hl-word"
		default:
			end = other(s, i, "\"{}[],:-0123456789abcdefghijklmnopqrstuvwxyz")
		}
		out(class, s[i:end])
		i = end
	}
}

// quoted returns where the string that begins at i ends.
func quoted(s string, i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

// run returns where the run of bytes of a set ends that begins at i.
func run(s string, i int, set string) int {
	for i < len(s) && strings.IndexByte(set, s[i]) >= 0 {
		i++
	}
	return i
}

// other returns where the next byte of a set stands, after the one at i.
func other(s string, i int, set string) int {
	if next := strings.IndexAny(s[i+1:], set); next >= 0 {
		return i + 1 + next
	}
	return len(s)
}

// scanXML cuts XML or HTML, whole or broken, into pieces to colour.
func scanXML(s string, out emit) {
	for i := 0; i < len(s); {
		rest := s[i:]
		switch {
		case strings.HasPrefix(rest, "<!--"):
			i += through(rest, "-->")
			out("hl-note", s[len(s)-len(rest):i])
		case strings.HasPrefix(rest, "<![CDATA["):
			out("hl-note", "<![CDATA[")
			inside := through(rest, "]]>") - len("<![CDATA[")
			out("", rest[len("<![CDATA["):len("<![CDATA[")+inside])
			i += len("<![CDATA[") + inside
		case strings.HasPrefix(rest, "<?"), strings.HasPrefix(rest, "<!"):
			n := through(rest, ">")
			out("hl-note", rest[:n])
			i += n
		case tagAt(rest):
			i += scanTag(rest, out)
		case rest[0] == '&':
			i += entity(rest, out)
		default:
			n := other(rest, 0, "<&")
			out("", rest[:n])
			i += n
		}
	}
}

// through returns how far it is to the end of the first occurrence of a mark, or
// of all where there is none.
func through(s, mark string) int {
	if at := strings.Index(s, mark); at >= 0 {
		return at + len(mark)
	}
	return len(s)
}

func tagAt(s string) bool {
	s, ok := strings.CutPrefix(s, "<")
	s = strings.TrimPrefix(s, "/")
	return ok && s != "" && letter(s[0])
}

// entity is the length of a reference such as &amp;, or of a lone &.
func entity(s string, out emit) int {
	end := strings.IndexByte(s[:min(len(s), 14)], ';')
	if end < 0 {
		out("", s[:1])
		return 1
	}
	out("hl-word", s[:end+1])
	return end + 1
}

// scanTag cuts a tag into its name, attributes and their values, and returns how
// long it is.
func scanTag(s string, out emit) int {
	i := other(s, 0, " \t\r\n/>\"'=")
	if strings.HasPrefix(s, "</") {
		i = other(s, 1, " \t\r\n/>\"'=")
	}
	out("hl-name", s[:i])
	for i < len(s) {
		end := i + 1
		class := ""
		switch c := s[i]; c {
		case '>':
			out("hl-name", ">")
			return end
		case '"', '\'':
			end = i + 1 + through(s[i+1:], string(c))
			class = "hl-text"
		case '/', '=':
		case ' ', '\t', '\r', '\n':
			end = run(s, i, " \t\r\n")
		default:
			end, class = other(s, i, " \t\r\n/>\"'="), "hl-name"
		}
		out(class, s[i:end])
		i = end
	}
	return len(s)
}

// scanForm cuts a form into names and values.
func scanForm(s string, out emit) {
	for pair := range strings.SplitAfterSeq(s, "&") {
		name, value, found := strings.Cut(strings.TrimSuffix(pair, "&"), "=")
		out("hl-name", name)
		if found {
			out("hl-mark", "=")
			out("hl-text", value)
		}
		if strings.HasSuffix(pair, "&") {
			out("hl-mark", "&")
		}
	}
}
