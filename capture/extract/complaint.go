package extract

import (
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/document"
	"flagrante/capture/lexicon"
)

// complaint returns what an answer says of the first field that it complains about, with
// the field before it; nothing where it names none. Validators list fields as objects that
// name them, or as texts under their names.
func (s search) complaint(o map[string]any, depth int) string {
	if depth > maxDepth {
		return ""
	}
	usual := s.holders(o)
	for _, key := range append(usual, document.Keys(o)...) {
		if !slices.Contains(usual, key) && !callsError(key) && !hasFieldWord(key) {
			continue
		}
		if said := s.complaintIn(key, o[key], depth+1); said != "" {
			return said
		}
	}
	return ""
}

func (s search) complaintIn(key string, value any, depth int) string {
	switch value := value.(type) {
	case []any:
		for _, item := range value[:min(len(value), maxItems)] {
			if said := s.complaintIn(key, item, depth); said != "" {
				return said
			}
		}
	case map[string]any:
		if listsFields(key, value) {
			return s.fields(value, depth).Message
		}
		o := folded(value)
		if hasFieldWord(key) && o["field"] == nil {
			// RFC 9457 has the names of parameters under "invalid-params".
			o["field"] = first(o, []string{"name", "nome"})
		}
		if text := complained(o); text != "" && fieldOf(o) != "" {
			return about(fieldOf(o), text)
		}
		return s.complaint(o, depth)
	}
	return ""
}

// complained is the message of an object, or of one that names a field the first of those
// which class-validator lists under the names of what was not kept to.
func complained(o map[string]any) string {
	text := message(o)
	if broken, ok := o["constraints"].(map[string]any); ok && text == "" && fieldOf(o) != "" {
		for _, name := range document.Keys(broken) {
			return scalar(broken[name])
		}
	}
	return text
}

// listsFields reports whether an object lists complaints by field, as in {"title": ["is blank"]}:
// it has nothing but lists of texts, or texts where it is called errors.
func listsFields(key string, value any) bool {
	o, ok := value.(map[string]any)
	if !ok {
		return false
	}
	called := endsLike(key, "errors", "erros")
	for _, value := range o {
		list, isList := value.([]any)
		text, isText := value.(string)
		if !(isText && called && text != "" || isList && len(list) > 0 && scalar(list[0]) != "") {
			return false
		}
	}
	return len(o) > 0 && !tellsItself(o)
}

// tellsItself reports whether an object has a code or a message of its own, and is none of fields.
func tellsItself(o map[string]any) bool {
	names := folded(o)
	return slices.ContainsFunc(append(codeKeys(), messageKeys()...), func(key string) bool {
		_, isText := names[key].(string)
		return isText
	})
}

// fields reads errors that are listed by field, those of the whole first.
func (s search) fields(value any, depth int) capture.Vendor {
	o, _ := value.(map[string]any)
	names := document.Keys(o)
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	for _, name := range names[:min(len(names), maxItems)] {
		if v := s.value(o[name], depth+1); v != (capture.Vendor{}) {
			if !isWhole(name) {
				v.Message = about(name, v.Message)
			}
			return v
		}
	}
	return capture.Vendor{}
}

func rank(name string) int {
	if isWhole(name) {
		return 0
	}
	return 1
}

// isWhole tells the names under which validators list what is wrong with the whole and not
// with a field, as Rails and Django do.
func isWhole(name string) bool {
	switch document.Fold(name) {
	case "", "$", "base", "all":
		return true
	}
	class := lexicon.Of(name)
	return class.Has(lexicon.Error|lexicon.Message) && !class.Has(lexicon.Caption)
}

// fieldOf returns the name of the field, or the path to it, that an object is about.
func fieldOf(o map[string]any) string {
	for _, key := range document.Keys(o) {
		if !isFieldName(key) || key == "path" && o["code"] == nil && o["type"] == nil && o["error"] == nil {
			// In GraphQL a path is a place in the answer.
			continue
		}
		if field := joinedPath(o[key]); isField(key, field) {
			return field
		}
	}
	if field := scalar(document.Get(o["source"], "pointer")); isField("pointer", field) {
		return field
	}
	return ""
}

// isFieldName tells the names of members that name a field, as in "fieldName" and "loc".
func isFieldName(key string) bool {
	name := strings.TrimSuffix(strings.TrimSuffix(key, "name"), "do")
	return isFieldWord(strings.TrimPrefix(name, "nome")) && !strings.HasSuffix(name, "s") || key == "loc" || key == "path" || key == "pointer" || key == "caminho"
}

// hasFieldWord tells the names of lists of complaints about fields, as "invalid-params".
func hasFieldWord(key string) bool { return slices.ContainsFunc(lexicon.Words(key), isFieldWord) }

func isFieldWord(word string) bool {
	switch strings.TrimSuffix(word, "s") {
	case "field", "campo", "property", "propriedade", "parameter", "parametro", "param", "attribute", "atributo":
		return true
	}
	return false
}

// joinedPath returns a name, or the steps of a path with dots between them.
func joinedPath(value any) string {
	steps, ok := value.([]any)
	if !ok {
		return scalar(value)
	}
	var names []string
	for _, step := range steps {
		names = append(names, scalar(step))
	}
	return strings.Join(names, ".")
}

// isField tells the name of a field from prose, and from the path of a request.
func isField(key, name string) bool {
	return name != "" && len(name) <= maxCode && !strings.ContainsAny(name, " \t\r\n") && (key == "pointer" || !strings.HasPrefix(name, "/"))
}

// about puts the field that a complaint is about before it, unless it names it.
func about(field, said string) string {
	if said == "" || field == "" || strings.Contains(strings.ToLower(said), strings.ToLower(field)) {
		return said
	}
	// Not with a colon: what follows one may be taken for the value of a name or a token.
	return field + " – " + said
}
