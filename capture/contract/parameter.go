package contract

import (
	"encoding/json"
	"net/url"
	"strings"
)

// parameter checks the values under which a parameter came.
func (v *visit) parameter(p parameter, place string, values []string) {
	v.at(place, func() bool {
		switch {
		case len(values) == 0:
			return !p.required || v.add("required")
		case p.opaque || p.schema == nil || p.mayEmpty && values[0] == "":
			return true
		case p.json:
			value, ok := parse([]byte(values[0]))
			if !ok {
				return v.add("syntax")
			}
			return v.check(p.schema, value)
		case p.list:
			return v.check(p.schema, p.items(values))
		}
		return v.written(p.schema, values[0])
	})
}

// items divides the values of a list, and reads each as the type that the schema
// asks of it.
func (p parameter) items(values []string) []any {
	if p.separator != "" {
		values = strings.Split(strings.Join(values, p.separator), p.separator)
	}
	out := make([]any, len(values))
	for i, value := range values {
		out[i] = readings(p.schema.item(), strings.TrimSpace(value))[0]
	}
	return out
}

// item returns the schema of the items of a list.
func (s *schema) item() *schema {
	if s == nil || s.items != nil {
		return s.items
	}
	for _, of := range s.all {
		if of.items != nil {
			return of.items
		}
	}
	return nil
}

// written checks a value that came as text and can be a number or a truth value
// as well.
func (v *visit) written(s *schema, text string) bool {
	all := readings(s, text)
	for _, value := range all[1:] {
		if ok, _ := v.try(s, value); ok {
			return true
		}
	}
	return v.check(s, all[0])
}

// readings returns what a text can mean where a schema holds, the likeliest
// first; the text itself is among it.
func readings(s *schema, text string) []any {
	out := []any{text}
	if s.may(kindBoolean) && (text == "true" || text == "false") {
		out = append([]any{text == "true"}, out...)
	}
	if s.may(kindInteger|kindNumber) && isNumber(text) {
		out = append([]any{json.Number(text)}, out...)
	}
	return out
}

func isNumber(text string) bool {
	value, ok := parse([]byte(text))
	if !ok || text == "" || strings.ContainsAny(text, " \t\r\n") {
		return false
	}
	_, ok = value.(json.Number)
	return ok
}

// form checks a body of fields as an object of texts, each of them read as the
// type that is asked of it.
func (v *visit) form(s *schema, text []byte) {
	fields, err := url.ParseQuery(string(text))
	v.at("body", func() bool {
		if err != nil {
			return v.add("syntax")
		}
		object := make(map[string]any, len(fields))
		for name, values := range fields {
			object[name] = fieldValue(s.property(name), values)
		}
		return v.check(s, object)
	})
}

func fieldValue(of *schema, values []string) any {
	if !of.may(kindArray) {
		return readings(of, values[0])[0]
	}
	list := make([]any, len(values))
	for i, value := range values {
		list[i] = readings(of.item(), value)[0]
	}
	return list
}

// property returns the schema of a property, where it is said at once or by the
// schemas that all hold.
func (s *schema) property(name string) *schema {
	if of := s.properties[name]; of != nil {
		return of
	}
	for _, part := range s.all {
		if of := part.properties[name]; of != nil {
			return of
		}
	}
	return nil
}
