package redact

import (
	"strings"

	"flagrante/capture/redact/detect"
)

// frame is an object or array that is being read.
type frame struct {
	place place
	// open is its token, subject what a sibling says its values are.
	open    int32
	subject *string
	// oneTime says that a sibling tells of codes for one use.
	oneTime bool
	grant   bool
	// webKey says that it is a JSON Web Key, kind what its "type" says it holds, columns
	// the names that the lists in it follow.
	webKey  bool
	kind    string
	columns []string
	steps   int
	// list says that it is an array, item is the number of its next item.
	list bool
	item int
}

// jsonWalk masks one text of JSON.
type jsonWalk struct {
	*walk
	s      string
	tokens []token
	frames []frame
	name   string
	// tabular says that names of columns were read.
	tabular bool
	// out holds what was written of s, up to from.
	out  strings.Builder
	from int32
}

// json masks the values of JSON, and leaves the rest as it was written. A masked
// number becomes a string.
func (w *walk) json(s string) string {
	j := &jsonWalk{walk: w, s: s, tokens: w.tokens(s), frames: []frame{{open: -1, columns: w.bound}}, tabular: len(w.bound) > 0}
	w.bound = nil
	depth := len(w.path)
	for i := 0; i < len(j.tokens); i++ {
		i = j.token(i)
	}
	w.path = w.path[:depth]
	room := j.tokens // Not j itself, which holds the text.
	w.spare.Store(&room)
	if j.from == 0 && j.out.Len() == 0 {
		return s
	}
	j.out.WriteString(s[j.from:])
	return j.out.String()
}

// instead puts text in the place of the tokens from i to last. What is not replaced
// is copied once, with what follows it.
func (j *jsonWalk) instead(i, last int, text string) {
	if j.out.Len() == 0 {
		j.out.Grow(len(j.s) + len(j.s)/8 + 64) // Most masks are longer than their values.
	}
	j.out.WriteString(j.s[j.from:j.tokens[i].start])
	j.out.WriteString(text)
	j.from = j.tokens[last].end
}

// token looks at the token i, and returns the last one that it looked at.
func (j *jsonWalk) token(i int) int {
	t := j.tokens[i]
	text := j.s[t.start:t.end]
	top := &j.frames[len(j.frames)-1]
	switch t.kind {
	case '{', '[':
		return j.open(i)
	case '}', ']':
		if len(j.frames) > 1 {
			j.path = j.path[:len(j.path)-top.steps]
			j.frames = j.frames[:len(j.frames)-1]
		}
	case 'k':
		j.name = unquoted(text)
		if masked := j.key(text); masked != text {
			j.instead(i, i, masked)
		}
	case 's', 'n':
		j.scalar(i, text)
		j.name = ""
	case 'w':
		return j.words(i)
	default:
		j.name = ""
	}
	return i
}

// key masks what a name itself gives away: numbers and addresses of persons are
// used as names in maps.
func (j *jsonWalk) key(text string) string {
	if len(j.name) < 8 && j.byhand == nil || j.again == nil && j.byhand == nil && !strings.ContainsAny(j.name, "0123456789@") {
		return text
	}
	masked := j.prose(place{}, j.name)
	if masked == j.name {
		return text
	}
	return quote(masked)
}

// maxDepth is how many objects and arrays are looked at, one in another; what lies deeper
// is not kept. Messages have a few dozen.
const maxDepth = 512

// open begins an object or array below the current name, and returns the last token that
// it looked at.
func (j *jsonWalk) open(i int) int {
	j.readColumns(i, &j.frames[len(j.frames)-1])
	if len(j.frames) > maxDepth && j.again == nil && j.active(binaryKind) {
		return j.tooDeep(i)
	}
	top := &j.frames[len(j.frames)-1]
	below := frame{open: int32(i), place: j.placeOf(top), list: j.tokens[i].kind == '['}
	below.steps = j.enter(top)
	if n := below.place.naming; n.Kind.IsSecret() && n.Strong {
		below.place.forced = n.Kind
	} else if j.name == "data" && j.member(top, "kind") == "Secret" {
		below.place.forced = detect.Token // As Kubernetes keeps them.
	}
	j.name = ""
	j.frames = append(j.frames, below)
	return i
}

// tooDeep masks the object or array that begins at the token i as a whole.
func (j *jsonWalk) tooDeep(i int) int {
	start := j.tokens[i].start
	end := start + int32(jsonLength(j.s[start:]))
	last := i
	for last+1 < len(j.tokens) && j.tokens[last+1].start < end {
		last++
	}
	j.instead(i, last, quote(j.whole(binaryKind, "too-nested", j.s[start:end])))
	j.name = ""
	return last
}

// enter goes on to the value of the current name, or to the next item of a list, and
// returns how many steps that is.
func (j *jsonWalk) enter(top *frame) int {
	switch {
	case j.name != "":
		j.path = append(j.path, step{name: j.name})
	case top.list:
		j.path = append(j.path, step{item: top.item})
		top.item++
	default:
		return 0
	}
	return 1
}

// placeOf returns what is known of the value that comes next.
func (j *jsonWalk) placeOf(top *frame) place {
	if j.name == "" {
		return top.place
	}
	at := place{name: j.name, naming: j.naming(j.name), parent: top.place.naming, outer: top.place.name, forced: top.place.forced}
	if above := top.place.naming; at.naming.Kind == "" && above.Strong && ofOther(top.place.name, j.name) {
		at.naming, at.outer = above, ""
	}
	return at
}

// ofOther reports a name by which ISO 20022 goes on to what an account or a person is known
// by: {"CdtrAcct":{"Id":{"Othr":{"Id":…}}}}. An id right below a name is one of another kind.
func ofOther(outer, name string) bool {
	switch detect.Fold(name) {
	case "othr":
		return true
	case "id":
		return name == "Id" && (outer == "Othr" || strings.HasSuffix(outer, "Acct") || strings.HasSuffix(outer, "tr"))
	}
	return false
}

func (j *jsonWalk) scalar(i int, text string) {
	top := &j.frames[len(j.frames)-1]
	at := j.ofColumn(j.placeOf(top), top)
	depth := len(j.path)
	j.enter(top)
	if j.tokens[i].kind == 's' {
		at = j.ofCall(at, i)
	}
	j.valueAt(i, at, text)
	j.path = j.path[:depth]
}

// valueAt masks the token i, which stands at that place.
func (j *jsonWalk) valueAt(i int, at place, text string) {
	t := j.tokens[i]
	if j.name != "" {
		at = j.ofKey(j.ofMessage(j.typed(j.bySibling(at))), text)
	} else if i > 1 && j.tokens[i-1].kind == 's' && j.tokens[i-2].kind == '[' && j.tokens[i-1].up == t.up {
		at = j.ofPair(at, unquoted(j.s[j.tokens[i-1].start:j.tokens[i-1].end]))
	}
	if t.kind == 's' && (len(text) < 2 || text[len(text)-1] != text[0]) {
		if !j.asIs {
			j.unfinished(i, at, text)
			return
		}
		text += text[:1]
	}
	if int(t.end) == len(j.s) && j.cut && t.up >= 0 {
		j.unfinished(i, at, text)
		return
	}
	plain := text
	if t.kind == 's' {
		plain = unquoted(text)
	}
	if j.cut && t.kind == 's' && j.unnamed(at, plain) {
		j.unfinished(i, at, text)
		return
	}
	masked := j.leaf(at, plain)
	switch {
	case masked == plain:
	case text[0] == '\'':
		j.instead(i, i, "'"+strings.ReplaceAll(masked, "'", `\'`)+"'")
	case unescaped(masked):
		j.instead(i, i, `"`)
		j.out.WriteString(masked)
		j.out.WriteByte('"')
	default:
		j.instead(i, i, quote(masked))
	}
}

// unfinished drops a value that was cut off: what is left of it can't be judged.
func (j *jsonWalk) unfinished(i int, at place, text string) {
	inner := strings.Trim(text, `"'`)
	if text == `"` || text == "'" {
		return
	}
	if kind, rule := j.named(at, inner); kind != "" {
		j.instead(i, i, quote(j.whole(kind, rule, inner)))
		return
	}
	if strings.HasPrefix(inner, "<") && detect.MaskLen(inner) == len(inner) {
		return
	}
	j.note(cutKind, "cut-off")
	j.instead(i, i, "")
}

// words masks what is no JSON: a prefix against hijacking, a comment, a log.
func (j *jsonWalk) words(i int) int {
	last := i
	for last+1 < len(j.tokens) && strings.IndexByte("wnl", j.tokens[last+1].kind) >= 0 && strings.Trim(j.s[j.tokens[last].end:j.tokens[last+1].start], " \t\r\n,") == "" {
		last++
	}
	text := j.s[j.tokens[i].start:j.tokens[last].end]
	at := j.placeOf(&j.frames[len(j.frames)-1])
	var masked string
	if i == last {
		masked = j.leaf(at, text)
	} else {
		masked = j.prose(at, text)
	}
	if masked != text {
		j.instead(i, last, masked)
	}
	j.name = ""
	return last
}
