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
	grant   bool
	steps   int
}

// jsonWalk masks one text of JSON.
type jsonWalk struct {
	*walk
	s      string
	tokens []token
	frames []frame
	name   string
	out    strings.Builder
}

// json masks the values of JSON, and leaves the rest as it was written. A masked
// number becomes a string.
func (w *walk) json(s string) string {
	j := &jsonWalk{walk: w, s: s, tokens: tokens(s), frames: []frame{{open: -1}}}
	j.out.Grow(len(s) + 64)
	depth := len(w.path)
	at := int32(0)
	for i := 0; i < len(j.tokens); i++ {
		t := j.tokens[i]
		j.out.WriteString(s[at:t.start])
		i = j.token(i)
		at = j.tokens[i].end
	}
	j.out.WriteString(s[at:])
	w.path = w.path[:depth]
	return j.out.String()
}

// token writes the token i, and returns the last one that it wrote.
func (j *jsonWalk) token(i int) int {
	t := j.tokens[i]
	text := j.s[t.start:t.end]
	top := &j.frames[len(j.frames)-1]
	switch t.kind {
	case '{', '[':
		j.open(i)
		j.out.WriteString(text)
	case '}', ']':
		if len(j.frames) > 1 {
			j.path = j.path[:len(j.path)-top.steps]
			j.frames = j.frames[:len(j.frames)-1]
		}
		j.out.WriteString(text)
	case 'k':
		j.name = unquoted(text)
		j.out.WriteString(j.key(text))
	case 's', 'n':
		j.scalar(i, text)
		j.name = ""
	case 'w':
		return j.words(i)
	default:
		j.out.WriteString(text)
		j.name = ""
	}
	return i
}

// key masks what a name itself gives away: numbers and addresses of persons are
// used as names in maps.
func (j *jsonWalk) key(text string) string {
	if len(j.name) < 8 || j.again == nil && !strings.ContainsAny(j.name, "0123456789@") {
		return text
	}
	masked := j.prose(place{}, j.name)
	if masked == j.name {
		return text
	}
	return quote(masked)
}

// open begins an object or array below the current name.
func (j *jsonWalk) open(i int) {
	top := j.frames[len(j.frames)-1]
	below := frame{open: int32(i), place: j.placeOf(top)}
	if j.name != "" {
		j.path = append(j.path, j.name)
		below.steps = 1
	}
	if n := below.place.naming; n.Kind.IsSecret() && n.Strong {
		below.place.forced = n.Kind
	}
	j.name = ""
	j.frames = append(j.frames, below)
}

// placeOf returns what is known of the value that comes next.
func (j *jsonWalk) placeOf(top frame) place {
	if j.name == "" {
		return top.place
	}
	return place{name: j.name, naming: j.naming(j.name), parent: top.place.naming, outer: top.place.name, forced: top.place.forced}
}

func (j *jsonWalk) scalar(i int, text string) {
	t := j.tokens[i]
	at := j.placeOf(j.frames[len(j.frames)-1])
	if j.name != "" {
		j.path = append(j.path, j.name)
		defer func() { j.path = j.path[:len(j.path)-1] }()
		at = j.bySibling(at)
	} else if i > 1 && j.tokens[i-1].kind == 's' && j.tokens[i-2].kind == '[' && j.tokens[i-1].up == t.up {
		at = j.ofPair(at, unquoted(j.s[j.tokens[i-1].start:j.tokens[i-1].end]))
	}
	if t.kind == 's' && (len(text) < 2 || text[len(text)-1] != text[0]) {
		j.unfinished(at, text)
		return
	}
	if int(t.end) == len(j.s) && j.cut && t.up >= 0 {
		j.unfinished(at, text)
		return
	}
	plain := text
	if t.kind == 's' {
		plain = unquoted(text)
	}
	masked := j.leaf(at, plain)
	switch {
	case masked == plain:
		j.out.WriteString(text)
	case text[0] == '\'':
		j.out.WriteString("'" + strings.ReplaceAll(masked, "'", `\'`) + "'")
	default:
		j.out.WriteString(quote(masked))
	}
}

// ofPair is the place of the second of two: ["Cookie", "sid=…"].
func (j *jsonWalk) ofPair(at place, first string) place {
	if len(first) > 40 || strings.IndexByte(first, ' ') >= 0 {
		return at
	}
	if naming := j.naming(first); naming.Kind != "" {
		at.name, at.naming, at.outer = first, naming, ""
	}
	return at
}

// unfinished drops a value that was cut off: what is left of it can't be judged.
func (j *jsonWalk) unfinished(at place, text string) {
	if text == `"` || text == "'" {
		j.out.WriteString(text)
		return
	}
	if kind, rule := j.named(at, strings.Trim(text, `"'`)); kind != "" {
		j.out.WriteString(quote(j.whole(kind, rule, strings.Trim(text, `"'`))))
		return
	}
	if inner := strings.Trim(text, `"'`); strings.HasPrefix(inner, "<") && detect.MaskLen(inner) == len(inner) {
		j.out.WriteString(text)
		return
	}
	j.note(cutKind, "cut-off")
}

// words masks what is no JSON: a prefix against hijacking, a comment, a log.
func (j *jsonWalk) words(i int) int {
	last := i
	for last+1 < len(j.tokens) && strings.IndexByte("wnl", j.tokens[last+1].kind) >= 0 && strings.Trim(j.s[j.tokens[last].end:j.tokens[last+1].start], " \t\r\n,") == "" {
		last++
	}
	text := j.s[j.tokens[i].start:j.tokens[last].end]
	at := j.placeOf(j.frames[len(j.frames)-1])
	if i == last {
		j.out.WriteString(j.leaf(at, text))
	} else {
		j.out.WriteString(j.prose(at, text))
	}
	j.name = ""
	return last
}

// bySibling is what another member of the object says: {"campo":"senha","valor":…},
// or a code next to the other parameters of a grant.
func (j *jsonWalk) bySibling(at place) place {
	f := &j.frames[len(j.frames)-1]
	if !at.naming.Subject && j.name != "code" && j.name != "codigo" || f.open < 0 {
		return at
	}
	if f.subject == nil {
		j.readSiblings(f)
	}
	if j.name == "code" && f.grant {
		at.naming = detect.Naming{Kind: detect.Token, Strong: true}
	}
	if at.naming.Subject && *f.subject != "" {
		subject := j.naming(*f.subject)
		if subject.Kind != "" {
			at.name, at.naming, at.outer = *f.subject, subject, ""
		}
	}
	return at
}

// maxSiblings bounds how many tokens of an object are looked through.
const maxSiblings = 400

// readSiblings looks through the members of an object.
func (j *jsonWalk) readSiblings(f *frame) {
	subject := ""
	f.subject = &subject
	for i := int(f.open) + 1; i+1 < len(j.tokens) && j.tokens[i].up >= f.open && i < int(f.open)+maxSiblings; i++ {
		if j.tokens[i].kind != 'k' || j.tokens[i].up != f.open {
			continue
		}
		naming := j.naming(unquoted(j.s[j.tokens[i].start:j.tokens[i].end]))
		f.grant = f.grant || naming.Grant
		if naming.Names {
			if next := j.lastString(i + 1); next != "" && len(next) < 64 {
				subject = next
			}
		}
	}
}

// lastString is the string at i, or the last one of the array there.
func (j *jsonWalk) lastString(i int) string {
	found := ""
	for k := i; k < len(j.tokens) && k < i+8; k++ {
		t := j.tokens[k]
		if t.kind == 's' {
			found = unquoted(j.s[t.start:t.end])
		}
		if t.kind != '[' && t.kind != 's' || t.kind == 's' && j.tokens[i].kind != '[' {
			break
		}
	}
	return strings.TrimPrefix(found, "/")
}
