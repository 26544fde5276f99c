package filter

import (
	"maps"
	"slices"
	"strings"
)

// Type is the sort of a field's values.
type Type int

// The types of fields.
const (
	// Name is a text that is compared as a whole, without regard to case.
	Name Type = iota
	// Prose is a text in which a part is looked for.
	Prose
	// Member is a JSON list of texts, of which one is compared as a whole, without
	// regard to case.
	Member
	// Choice is one of a few names, which rise in the order of Values.
	Choice
	// Flag holds where its condition does: has:attachment.
	Flag
	// Number is a whole number.
	Number
	// Status is a number of three digits, in which x stands for any digit.
	Status
	// Duration is a span of time in microseconds.
	Duration
	// Size is a number of bytes.
	Size
	// Time is a time in microseconds since 1970.
	Time
)

// Field is a name of the language.
type Field struct {
	Name string
	// Aliases are further names.
	Aliases []string
	Type    Type
	// Columns are expressions in SQL, never NULL, of which one has to fit. A Flag
	// has none.
	Columns []string
	// Values are all values of a Choice, lowest first, and all names of a Flag.
	Values []string
	// Synonyms are other words for some Values.
	Synonyms map[string]string
	// Conditions are what the Values of a Flag stand for, in SQL.
	Conditions map[string]string
	// Colon is what a colon means, where that is not Is: since:2h is AtLeast.
	Colon Op
}

// Schema is what can be filtered by.
type Schema struct{ Fields []Field }

// NewFlag returns a field of conditions in SQL, by their names.
func NewFlag(name string, conditions map[string]string) Field {
	return Field{Name: name, Type: Flag, Values: slices.Sorted(maps.Keys(conditions)), Conditions: conditions}
}

// Field returns the field with that name or alias, nil when there is none.
func (s *Schema) Field(name string) *Field {
	for i := range s.Fields {
		f := &s.Fields[i]
		if strings.EqualFold(f.Name, name) {
			return f
		}
		for _, alias := range f.Aliases {
			if strings.EqualFold(alias, name) {
				return f
			}
		}
	}
	return nil
}

// Names returns the names of the fields, without aliases.
func (s *Schema) Names() []string {
	names := make([]string, len(s.Fields))
	for i := range s.Fields {
		names[i] = s.Fields[i].Name
	}
	return names
}

// ordered reports whether values can be less or greater.
func (f *Field) ordered() bool {
	return f.Type >= Number || f.Type == Choice && len(f.Values) > 0
}

// choice returns a value of the field as it is stored.
func (f *Field) choice(text string) (value string, ok bool) {
	for word, of := range f.Synonyms {
		if strings.EqualFold(word, text) {
			return of, true
		}
	}
	for _, v := range f.Values {
		if strings.EqualFold(v, text) {
			return v, true
		}
	}
	return "", false
}
