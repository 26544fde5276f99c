package extract

import (
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/document"
)

// complaint returns what an answer says of the first field that it complains about, with
// the field before it; nothing where it names none. Validators list fields as objects that
// name them, or as texts under their names.
func (s search) complaint(o map[string]any, depth int) string {
	if depth > maxDepth {
		return ""
	}
	for _, key := range s.holders(o) {
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
		if text := message(o); text != "" && fieldOf(o) != "" {
			return about(fieldOf(o), text)
		}
		return s.complaint(o, depth)
	}
	return ""
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

// fields reads errors that are listed by field.
func (s search) fields(value any, depth int) capture.Vendor {
	o, _ := value.(map[string]any)
	for _, name := range document.Keys(o)[:min(len(o), maxItems)] {
		if v := s.value(o[name], depth+1); v != (capture.Vendor{}) {
			if !isWhole(name) {
				v.Message = about(name, v.Message)
			}
			return v
		}
	}
	return capture.Vendor{}
}

// isWhole tells the names under which validators of Rails, Django and .NET list what is
// wrong with the whole and not with a field.
func isWhole(name string) bool {
	switch document.Fold(name) {
	case "", "$", "base", "all", "nonfielderrors":
		return true
	}
	return false
}

// fieldOf returns the name of the field, or the path to it, that an object is about.
func fieldOf(o map[string]any) string {
	for _, key := range []string{"propriedade", "campo", "field", "property", "parametername", "param", "pointer", "loc", "path"} {
		if key == "path" && o["code"] == nil && o["type"] == nil && o["error"] == nil {
			// In GraphQL it is a place in the answer.
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
	return field + ": " + said
}
