package redact

import (
	"html"
	"strings"

	"flagrante/capture/redact/detect"
)

// xmlWalk masks one text of XML or HTML.
type xmlWalk struct {
	*walk
	s     string
	stack []place
	// named is what an attribute of the last element says its content is:
	// <param name="senha">.
	named  string
	key    string
	beside neighbours
	out    strings.Builder
	// ends are where the last elements of some names end, searched is how many bytes
	// were looked through for that.
	ends     map[string]int
	searched int
	// below is how many elements are open beyond those on the stack.
	below int
	// lead is the name that the text before ended with.
	lead string
	// at is where the current part begins. opened is the element that was opened last, while
	// nothing but its text came since, filled that it has some.
	at     int
	opened string
	filled bool
}

// xml masks the text of elements, attributes, CDATA sections and comments. It
// goes by the tags alone, so that broken and cut off text is read too.
func (w *walk) xml(s string) string {
	x := &xmlWalk{walk: w, s: s, stack: []place{{}}}
	depth := len(w.path)
	for i := 0; i < len(s); {
		i = x.step(i)
	}
	w.path = w.path[:depth]
	return x.out.String()
}

// step writes what begins at i, and returns where the next begins.
func (x *xmlWalk) step(i int) int {
	x.at = i
	rest := x.s[i:]
	switch {
	case rest[0] != '<' || x.maskAt(i):
		end := x.textEnd(i) - i
		if end == len(rest) {
			rest = x.finishedText(rest)
		}
		x.text(rest[:min(end, len(rest))])
		return i + end
	case strings.HasPrefix(rest, "<![CDATA["):
		return i + x.section(rest, "<![CDATA[", "]]>")
	case strings.HasPrefix(rest, "<!--"):
		return i + x.section(rest, "<!--", "-->")
	}
	if end := linkEnd(rest); end > 0 && isURL(rest[1:end]) {
		x.out.WriteString("<" + x.url(rest[1:end])) // A link of a header field, or of Markdown.
		return i + end
	}
	end := tagEnd(rest)
	if end == 0 {
		x.note(cutKind, "cut-off")
		return len(x.s)
	}
	x.tag(rest[:end])
	return i + end
}

// maskAt reports whether a mask stands at i, and not an element of that name.
func (x *xmlWalk) maskAt(i int) bool {
	n := detect.MaskLen(x.s[i:])
	if n == 0 || strings.IndexByte(x.s[i:i+n], ':') > 0 {
		return n > 0
	}
	name := x.s[i+1 : i+n-1]
	return !x.cut && detect.Kind(name).IsSecret() && x.lastEnd(name) < i+n
}

// lastEnd returns where the last element of that name ends, -1 where none does. It is
// looked for once, however often the name comes.
func (x *xmlWalk) lastEnd(name string) int {
	at, known := x.ends[name]
	if !known {
		if x.ends == nil {
			x.ends = map[string]int{}
		}
		at = strings.LastIndex(x.s, "</"+name)
		x.ends[name] = at
		x.searched += len(x.s)
	}
	return at
}

// finishedText drops the last word of an element's text that was cut off, which may
// be the beginning of anything, unless its name says that it is masked as a whole.
func (x *xmlWalk) finishedText(s string) string {
	if end := x.lastFirstName(s); x.cut && end < len(s) {
		x.note(cutKind, "cut-off")
		return s[:end]
	}
	word := s[strings.LastIndexAny(s, " \t\r\n")+1:]
	if !x.cut || len(x.stack) < 2 || word == "" || strings.HasSuffix(word, "&gt;") {
		return s
	}
	if kind, _ := x.walk.named(x.top(), s); kind != "" {
		return s
	}
	x.note(cutKind, "cut-off")
	return strings.TrimSuffix(s, word)
}

// tagEnd returns the length of a tag; brackets in quotes do not end it.
func tagEnd(s string) int {
	quote := byte(0)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return 0
}

func (x *xmlWalk) section(s, from, to string) int {
	inner := s[len(from):]
	end := strings.Index(inner, to)
	if end < 0 {
		end = len(inner)
		to = ""
	}
	x.out.WriteString(from)
	x.out.WriteString(strings.ReplaceAll(x.leaf(x.top(), inner[:end]), "]]>", "]]&gt;"))
	x.out.WriteString(to)
	return len(from) + end + len(to)
}

// top is the place of the text in the current element.
func (x *xmlWalk) top() place {
	at := x.stack[len(x.stack)-1]
	if x.named != "" {
		if naming := x.naming(x.named); naming.Kind != "" {
			at.name, at.naming, at.outer = x.named, naming, ""
		}
	}
	return at
}

func (x *xmlWalk) text(s string) {
	plain := strings.TrimSpace(s)
	if plain == "" {
		x.out.WriteString(s)
		return
	}
	x.filled = true
	at := x.top()
	if x.below > 0 && x.again == nil && x.active(binaryKind) {
		x.out.WriteString(escapeXML(x.whole(binaryKind, "too-nested", s)))
		return
	}
	if at.naming.Subject && x.key != "" {
		if naming := x.naming(x.key); naming.Kind != "" {
			at.name, at.naming, at.outer = x.key, naming, ""
		}
	}
	plain = html.UnescapeString(plain)
	at = x.ledBy(x.besides(at, plain), plain)
	if detect.Fold(at.name) == "key" || detect.Fold(at.name) == "name" || detect.Fold(at.name) == "campo" || at.outer == "entry" && ofPropertyList(at.name) && x.naming(plain).Kind != "" {
		x.key = plain
	}
	masked := x.leaf(at, plain)
	if masked == plain {
		x.out.WriteString(s)
		return
	}
	from := strings.Index(s, strings.TrimSpace(s))
	x.out.WriteString(s[:from] + escapeXML(masked) + s[from+len(strings.TrimSpace(s)):])
}

func (x *xmlWalk) tag(s string) {
	x.named = ""
	inner := strings.Trim(s, "<>")
	x.endOpened(inner)
	switch {
	case strings.HasPrefix(s, "</"):
		if x.below > 0 {
			x.below--
		} else if len(x.stack) > 1 {
			x.stack = x.stack[:len(x.stack)-1]
			x.path = x.path[:len(x.path)-1]
		}
		x.beside.close(s[2:])
		x.out.WriteString(s)
		return
	case strings.HasPrefix(s, "<!"), inner == "":
		x.out.WriteString(x.declaration(s))
		return
	}
	name, attributes := inner, ""
	if i := strings.IndexAny(inner, " \t\r\n/"); i > 0 {
		name, attributes = inner[:i], inner[i:]
	}
	x.beside.open(name)
	if local(name) == "entry" { // Its first string is the name of its second.
		x.key = ""
	}
	at := x.element(local(name))
	x.path = append(x.path, step{name: local(name)})
	x.out.WriteString("<" + name + x.attributes(at, attributes) + ">")
	if naming := x.naming(x.named); x.named != "" && naming.Kind != "" && at.naming.Kind == "" {
		at.said, at.saidOf = x.named, naming
	}
	if strings.HasSuffix(inner, "/") || strings.HasPrefix(s, "<?") || void(name) {
		x.path = x.path[:len(x.path)-1]
		return
	}
	if len(x.stack) > maxDepth {
		x.path = x.path[:len(x.path)-1]
		x.below++
		return
	}
	x.stack, x.opened = append(x.stack, at), name
}

// element returns the place of an element below the current one.
func (x *xmlWalk) element(name string) place {
	above := x.stack[len(x.stack)-1]
	at := place{name: name, naming: x.naming(name), parent: above.naming, outer: above.name, forced: above.forced}
	// XML-RPC puts an element for the type around the value.
	at.naming.Subject = at.naming.Subject || x.key != "" && (above.naming.Subject || ofPropertyList(name))
	// ISO 20022 puts <Othr><Id> around what an account or a person is known by.
	if f := detect.Fold(name); at.naming.Kind == "" && (f == "othr" || f == "id") && !above.naming.Kind.IsSecret() && above.naming.Strong {
		at.naming = above.naming
	}
	if above.said != "" && (at.naming.Subject || strings.HasSuffix(detect.Fold(name), "value")) {
		at.name, at.naming, at.outer = above.said, above.saidOf, ""
	}
	if at.naming.Kind.IsSecret() && at.naming.Strong {
		at.forced = at.naming.Kind
	}
	return at
}

func local(qname string) string { return qname[strings.LastIndexByte(qname, ':')+1:] }
