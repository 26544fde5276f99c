package contract

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// maxSteps bounds the work for one exchange, however a schema and a body play
	// together: schemas that try many others can multiply with each level. What is
	// beyond is not concluded.
	maxSteps = 1 << 19
	// maxDepth bounds how deep schemas may lie in one another.
	maxDepth = 1000
	// maxFound is how many violations of an exchange are kept.
	maxFound = 16
	// maxPlace is the longest place, in bytes.
	maxPlace = 200
)

// visit checks the values of one exchange. It remembers where it is and what it
// found, never what stands there.
type visit struct {
	side  Side
	steps int
	depth int
	// spent reports that the work was given up.
	spent bool
	path  []string
	found []Violation
	// limit is the length to which found may grow.
	limit int
}

func newVisit(side Side) *visit { return &visit{side: side, steps: maxSteps, limit: maxFound} }

// add notes a violation at the place where the visit is.
func (v *visit) add(rule string) bool {
	if v.spent || len(v.found) >= v.limit {
		return false
	}
	place := strings.Join(v.path, "/")
	if len(place) > maxPlace {
		place = strings.ToValidUTF8(place[:maxPlace], "") + "…"
	}
	found := Violation{Side: v.side, Place: place, Rule: rule, depth: len(v.path)}
	if !slices.ContainsFunc(v.found, found.like) {
		v.found = append(v.found, found)
	}
	return false
}

// spend pays for work, and reports whether there was enough left.
func (v *visit) spend(steps int) bool {
	v.steps -= steps
	v.spent = v.spent || v.steps < 0
	return !v.spent
}

// at runs f one step further down.
func (v *visit) at(step string, f func() bool) bool {
	v.path = append(v.path, step)
	ok := f()
	v.path = v.path[:len(v.path)-1]
	return ok
}

// try checks without keeping what is found, which it returns.
func (v *visit) try(s *schema, value any) (bool, []Violation) {
	kept, limit := v.found, v.limit
	v.found, v.limit = nil, maxFound
	ok := v.check(s, value)
	found := v.found
	v.found, v.limit = kept, limit
	return ok, found
}

// check reports whether a value keeps to a schema. Without enough work left it
// does, for nothing is concluded then.
func (v *visit) check(s *schema, value any) bool {
	if s == nil {
		return true
	}
	if !v.spend(1) || v.depth >= maxDepth {
		v.spent = true
		return true
	}
	v.depth++
	defer func() { v.depth-- }()
	switch {
	case s.never:
		return v.add("not_allowed")
	case value == nil && s.nullable:
		return true
	case s.types != 0 && s.types&kindOfValue(value) == 0:
		return v.add("type")
	}
	ok := v.scalar(s, value)
	switch value := value.(type) {
	case []any:
		ok = v.list(s, value) && ok
	case map[string]any:
		ok = v.object(s, value) && ok
	}
	return v.combined(s, value) && ok
}

func (v *visit) scalar(s *schema, value any) bool {
	ok := true
	if len(s.enum) > 0 && v.spend(len(s.enum)) && !slices.ContainsFunc(s.enum, func(e any) bool { return equal(e, value) }) {
		ok = v.add("enum")
	}
	if s.format != "" && !ofFormat(s.format, value) {
		ok = v.add("format")
	}
	switch value := value.(type) {
	case string:
		return v.text(s, value) && ok
	case json.Number:
		return v.number(s, value) && ok
	}
	return ok
}

func (v *visit) text(s *schema, text string) bool {
	ok := true
	if s.minLength > 0 || s.maxLength != nil {
		length := uint64(utf8.RuneCountInString(text))
		if length < s.minLength {
			ok = v.add("minLength")
		}
		if s.maxLength != nil && length > *s.maxLength {
			ok = v.add("maxLength")
		}
	}
	if s.pattern != nil && v.spend(len(text)/4) && !s.pattern.MatchString(text) {
		ok = v.add("pattern")
	}
	return ok
}

func (v *visit) number(s *schema, n json.Number) bool {
	ok, f := true, number(n)
	if b := s.min; b != nil && (f < b.value || b.exclusive && f == b.value) {
		ok = v.add("minimum")
	}
	if b := s.max; b != nil && (f > b.value || b.exclusive && f == b.value) {
		ok = v.add("maximum")
	}
	if s.multipleOf != nil && !multiple(n, s.multipleOf) {
		ok = v.add("multipleOf")
	}
	return ok
}

func (v *visit) list(s *schema, list []any) bool {
	ok := true
	if uint64(len(list)) < s.minItems {
		ok = v.add("minItems")
	}
	if s.maxItems != nil && uint64(len(list)) > *s.maxItems {
		ok = v.add("maxItems")
	}
	if s.uniqueItems && v.repeats(list) {
		ok = v.add("uniqueItems")
	}
	if len(s.prefix) > 0 || s.items != nil {
		for i, item := range list {
			of := s.items
			if i < len(s.prefix) {
				of = s.prefix[i]
			}
			ok = v.at(strconv.Itoa(i), func() bool { return v.check(of, item) }) && ok
			if v.spent {
				return ok
			}
		}
	}
	return v.containing(s, list) && ok
}

// repeats reports whether two items are the same.
func (v *visit) repeats(list []any) bool {
	seen := make(map[string]bool, min(len(list), 1024))
	for _, item := range list {
		text, err := json.Marshal(item)
		if err != nil || !v.spend(1+len(text)/16) {
			return false
		}
		if seen[string(text)] {
			return true
		}
		seen[string(text)] = true
	}
	return false
}

func (v *visit) containing(s *schema, list []any) bool {
	if s.contains == nil {
		return true
	}
	matching, least := uint64(0), uint64(1)
	for _, item := range list {
		if ok, _ := v.try(s.contains, item); ok {
			matching++
		}
	}
	if s.minContains != nil {
		least = *s.minContains
	}
	if matching < least || s.maxContains != nil && matching > *s.maxContains {
		return v.add("contains")
	}
	return true
}
