package redact

import (
	"strings"

	"flagrante/capture/redact/detect"
)

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

// ofCall is the place of an argument of a call that logs somebody in: the last one is what
// proves it. {"method":"login","params":["joao","…"]}
func (j *jsonWalk) ofCall(at place, i int) place {
	if len(j.frames) < 2 || at.naming.Kind != "" {
		return at
	}
	list := &j.frames[len(j.frames)-1]
	if !list.list || list.item < 1 || i+1 >= len(j.tokens) || j.tokens[i+1].kind != ']' {
		return at
	}
	switch detect.Fold(list.place.name) {
	case "args", "arguments", "params", "parameters", "argumentos":
	default:
		return at
	}
	call := &j.frames[len(j.frames)-2]
	for _, name := range [...]string{"method", "target", "function", "metodo", "procedure"} {
		if detect.LogsIn(j.member(call, name)) {
			at.naming = detect.Naming{Kind: detect.Password, Strong: true}
		}
	}
	return at
}

// unnamed reports a value of which a sibling says what it is, in an object that was cut
// off before the sibling came.
func (j *jsonWalk) unnamed(at place, v string) bool {
	f := &j.frames[len(j.frames)-1]
	if !at.naming.Subject || f.subject == nil || *f.subject != "" || len(v) < 4 || isNumber(v) || isTime(v) {
		return false
	}
	open := f.open
	if strings.EqualFold(f.place.name, "meta") && len(j.frames) > 1 {
		open = j.frames[len(j.frames)-2].open // The sibling stands beside the object.
	}
	up := int32(len(j.tokens) - 1)
	if kind := j.tokens[up].kind; kind != '{' && kind != '[' {
		up = j.tokens[up].up
	}
	for ; up >= 0; up = j.tokens[up].up {
		if up == open {
			return true
		}
	}
	return false
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
	if j.name != "" && !at.naming.Subject && j.ofOneTime() {
		at.naming = detect.Naming{Kind: detect.Token, Strong: true}
	}
	if j.name == "code" && f.grant {
		at.naming = detect.Naming{Kind: detect.Token, Strong: true}
	}
	if *f.subject == "" && strings.EqualFold(f.place.name, "meta") && len(j.frames) > 1 {
		*f.subject = j.source(&j.frames[len(j.frames)-2])
	}
	if at.naming.Subject && *f.subject != "" {
		subject := j.naming(*f.subject)
		if subject.Kind != "" {
			at.name, at.naming, at.outer, at.parent = *f.subject, subject, "", detect.Naming{}
		}
	}
	return at
}

// member is the string that the object has under that name, empty when there is none.
func (j *jsonWalk) member(f *frame, name string) string {
	for i := int(f.open) + 1; f.open >= 0 && i+1 < len(j.tokens) && j.tokens[i].up >= f.open && i < int(f.open)+maxSiblings; i++ {
		if j.tokens[i].kind == 'k' && j.tokens[i].up == f.open && unquoted(j.s[j.tokens[i].start:j.tokens[i].end]) == name {
			return j.lastString(i + 1)
		}
	}
	return ""
}

// source is what an error says to be about (JSON:API 1.1, section 7.2): the last part of
// "pointer", or "parameter", of the object "source" in it.
func (j *jsonWalk) source(f *frame) string {
	for i := int(f.open) + 1; f.open >= 0 && i+2 < len(j.tokens) && j.tokens[i].up >= f.open && i < int(f.open)+maxSiblings; i++ {
		if j.tokens[i].kind == 'k' && j.tokens[i].up == f.open && unquoted(j.s[j.tokens[i].start:j.tokens[i].end]) == "source" && j.tokens[i+2].kind == 'k' {
			return j.lastString(i + 3)
		}
	}
	return ""
}

// ofOneTime reports that a code is sent by a template, a channel or a method for codes
// that count once: {"template":"otp","params":{"codigo":…}}.
func (j *jsonWalk) ofOneTime() bool {
	for i := len(j.frames) - 1; i > 0 && i >= len(j.frames)-2; i-- {
		f := &j.frames[i]
		if f.subject == nil {
			j.readSiblings(f)
		}
		if f.oneTime {
			return true
		}
	}
	return false
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
		if next := j.tokens[i+1]; next.kind == 's' && next.end-next.start < 20 {
			f.oneTime = f.oneTime || detect.OneTimeCode(unquoted(j.s[next.start:next.end]))
		}
		name := j.s[j.tokens[i].start:j.tokens[i].end]
		f.webKey = f.webKey || name == `"kty"`
		if naming.Types {
			if kind := j.lastString(i + 1); len(kind) < 32 && f.kind == "" && !j.naming(kind).Kind.IsSecret() && j.naming(kind).Kind != "" {
				f.kind = kind
			}
		}
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
		if t.kind == 's' && !(j.cut && int(t.end) == len(j.s)) { // Else the rest of it is not there.
			found = unquoted(j.s[t.start:t.end])
		}
		if t.kind != '[' && t.kind != 's' || t.kind == 's' && j.tokens[i].kind != '[' {
			break
		}
	}
	if strings.HasPrefix(found, "/") { // A pointer into JSON (RFC 6901).
		return strings.ReplaceAll(found[1:], "/", ".")
	}
	return found
}

// secretAmongPersonal reports that a name says that its value is a secret, and the one above
// that somebody is told of: {"cliente":{"token":…}}.
func secretAmongPersonal(at place, below detect.Naming) bool {
	return at.naming.Kind.IsSecret() && at.naming.Strong && !below.Kind.IsSecret()
}

// described reports whether a member inside of a secret only speaks of it.
func described(at place) bool {
	return at.naming.Kind == "" && at.naming.IDLike || strings.EqualFold(at.name, "token_type")
}
