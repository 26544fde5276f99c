package proxy

import (
	"net/http"
	"slices"
	"strings"
)

// Is reports whether the field is called name, in any case. Names are tokens of ASCII (RFC
// 9110, section 5.1): one of another length is another one, and its letters need not be
// looked at.
func (f Field) Is(name string) bool {
	return len(f.Name) == len(name) && strings.EqualFold(f.Name, name)
}

// Get returns the value of the first field called name, in any case, or "".
func (f Fields) Get(name string) string {
	for _, field := range f {
		if field.Is(name) {
			return field.Value
		}
	}
	return ""
}

// Values returns the values of all fields called name, in any case.
func (f Fields) Values(name string) []string {
	var values []string
	for _, field := range f {
		if field.Is(name) {
			values = append(values, field.Value)
		}
	}
	return values
}

// FieldsOf lists h by name; the values of one name keep their order.
func FieldsOf(h http.Header) Fields {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	var fields Fields
	for _, name := range names {
		for _, value := range h[name] {
			fields = append(fields, Field{Name: name, Value: value})
		}
	}
	return fields
}
