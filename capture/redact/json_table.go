package redact

import "flagrante/capture/redact/detect"

// maxTable bounds how many columns of a table in JSON are known.
const maxTable = 100

// readColumns notes the names of columns that stand in a list of strings below a name such
// as "columns": the lists beside it hold values in the same order.
func (j *jsonWalk) readColumns(i int, top *frame) {
	if j.tokens[i].kind != '[' || j.name == "" || !j.naming(j.name).Columns {
		return
	}
	var columns []string
	known := false
	for k := i + 1; k < len(j.tokens) && j.tokens[k].up >= int32(i) && len(columns) < maxTable; k++ {
		if !j.namesColumn(k, int32(i)) {
			continue
		}
		name := unquoted(j.s[j.tokens[k].start:j.tokens[k].end])
		known = known || j.naming(name).Kind != ""
		columns = append(columns, name)
	}
	if known && len(columns) > 1 {
		top.columns, j.tabular = columns, true
	}
}

// namesColumn reports whether the token k is a string in the list that begins at the token
// list, or the name that an object in it has: [{"name":"senha","type":"text"}].
func (j *jsonWalk) namesColumn(k int, list int32) bool {
	t := j.tokens[k]
	if t.kind != 's' || t.up == list {
		return t.kind == 's'
	}
	if t.up < 0 || j.tokens[t.up].up != list || j.tokens[k-1].kind != 'k' {
		return false
	}
	switch detect.Fold(unquoted(j.s[j.tokens[k-1].start:j.tokens[k-1].end])) {
	case "name", "nome", "campo", "field", "coluna", "column":
		return true
	}
	return false
}

// ofColumn is the place of an item of a list, by the columns that an object around it
// names; at most a list of rows and an object for each row are between.
func (j *jsonWalk) ofColumn(at place, top *frame) place {
	if !top.list || !j.tabular || top.item == 0 && at.naming.Kind != "" {
		return at
	}
	for i := len(j.frames) - 2; i >= 0 && i >= len(j.frames)-4; i-- {
		if columns := j.frames[i].columns; top.item < len(columns) {
			name := columns[top.item]
			at.name, at.naming, at.parent, at.outer = name, j.naming(name), detect.Naming{Person: true}, ""
			return at
		}
	}
	return at
}

// ofKey is the place of a private part of a JSON Web Key (RFC 7518, section 6): letters
// that say so beside "kty" alone.
func (j *jsonWalk) ofKey(at place, v string) place {
	if len(j.name) > 2 || len(v) < 20 || j.frames[len(j.frames)-1].open < 0 {
		return at
	}
	switch j.name {
	case "d", "p", "q", "dp", "dq", "qi", "k":
	default:
		return at
	}
	f := &j.frames[len(j.frames)-1]
	if f.subject == nil {
		j.readSiblings(f)
	}
	if f.webKey {
		at.naming = detect.Naming{Kind: detect.PrivateKey, Strong: true}
	}
	return at
}

// typed is what a sibling says of the kind of a number: {"tipo":"CELULAR","numero":…}.
func (j *jsonWalk) typed(at place) place {
	f := &j.frames[len(j.frames)-1]
	if f.open < 0 || at.naming.Kind.IsSecret() || !at.naming.Typed {
		return at
	}
	if f.subject == nil {
		j.readSiblings(f)
	}
	if kind := f.kind; kind != "" {
		at.name, at.naming, at.outer = kind, j.naming(kind), ""
	}
	return at
}

// ofMessage is the place of a data element of ISO 8583, in an object that names them by their
// numbers alone and has the type of the message beside them.
func (j *jsonWalk) ofMessage(at place) place {
	if len(j.name) > 3 || !isFigures(j.name) {
		return at
	}
	top := &j.frames[len(j.frames)-1]
	for _, name := range [...]string{"mti", "MTI", "0"} {
		if kind := j.member(top, name); len(kind) == 4 && isFigures(kind) {
			at.name, at.naming = "de"+j.name, j.naming("de"+j.name)
		}
	}
	return at
}
