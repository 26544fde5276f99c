package contract

import (
	"maps"
	"slices"
	"strings"
)

// unnamed stands for a name that the document does not give: what a vendor uses
// as a name may be somebody's number.
const unnamed = "*"

func (v *visit) object(s *schema, object map[string]any) bool {
	ok := v.present(s, s.required, object)
	if uint64(len(object)) < s.minProperties {
		ok = v.add("minProperties")
	}
	if s.maxProperties != nil && uint64(len(object)) > *s.maxProperties {
		ok = v.add("maxProperties")
	}
	// In order, so that the same exchange always tells the same.
	for _, name := range slices.Sorted(maps.Keys(object)) {
		ok = v.property(s, name, object[name]) && ok
		if v.spent {
			return ok
		}
	}
	return v.dependent(s, object) && ok
}

// present reports whether the required properties are there. Those that only the
// other side sends are not asked for.
func (v *visit) present(s *schema, names []string, object map[string]any) bool {
	ok := true
	for _, name := range names {
		if _, there := object[name]; there || !v.spend(1) {
			continue
		}
		if of := s.properties[name]; of != nil && (of.readOnly && v.side == Request || of.writeOnly && v.side == Response) {
			continue
		}
		ok = v.at(pointer(name), func() bool { return v.add("required") })
	}
	return ok
}

func (v *visit) property(s *schema, name string, value any) bool {
	ok, known := true, false
	if of := s.properties[name]; of != nil {
		known = true
		ok = v.at(pointer(name), func() bool { return v.check(of, value) })
	}
	for _, p := range s.byPattern {
		if v.spend(1+len(name)/16) && p.like.MatchString(name) {
			known = true
			ok = v.at(unnamed, func() bool { return v.check(p.schema, value) }) && ok
		}
	}
	if s.additional != nil && !known {
		ok = v.at(unnamed, func() bool { return v.check(s.additional, value) }) && ok
	}
	if s.names != nil {
		if fits, _ := v.try(s.names, name); !fits {
			ok = v.at(unnamed, func() bool { return v.add("propertyNames") })
		}
	}
	return ok
}

func (v *visit) dependent(s *schema, object map[string]any) bool {
	ok := true
	for _, name := range slices.Sorted(maps.Keys(s.dependentRequired)) {
		if _, there := object[name]; there {
			ok = v.present(s, s.dependentRequired[name], object) && ok
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.dependentSchemas)) {
		if _, there := object[name]; there {
			ok = v.check(s.dependentSchemas[name], object) && ok
		}
	}
	return ok
}

// combined checks what is made of other schemas.
func (v *visit) combined(s *schema, value any) bool {
	ok := true
	for _, of := range s.all {
		ok = v.check(of, value) && ok
	}
	if branch := s.branch(value); branch != nil {
		ok = v.check(branch, value) && ok
	} else {
		ok = v.choice(s.any, value, "anyOf") && ok
		ok = v.choice(s.one, value, "oneOf") && ok
	}
	if s.not != nil {
		if fits, _ := v.try(s.not, value); fits {
			ok = v.add("not")
		}
	}
	return v.conditional(s, value) && ok
}

// branch returns the schema that the value names itself, or nil.
func (s *schema) branch(value any) *schema {
	object, _ := value.(map[string]any)
	name, _ := object[s.decider].(string)
	if s.decider == "" || name == "" {
		return nil
	}
	return s.branches[name]
}

func (v *visit) conditional(s *schema, value any) bool {
	if s.condition == nil {
		return true
	}
	if holds, _ := v.try(s.condition, value); holds {
		return v.check(s.then, value)
	}
	return v.check(s.otherwise, value)
}

// choice checks that one of the schemas holds, and with the rule oneOf no other.
// Where only one of them can have been meant, what it lacks is told instead.
func (v *visit) choice(list []*schema, value any, rule string) bool {
	fitting := 0
	var meant meaning
	for _, of := range list {
		ok, found := v.try(of, value)
		if v.spent {
			return true
		}
		if !ok {
			meant.consider(of, found, len(v.path))
			continue
		}
		if fitting++; rule == "anyOf" {
			return true
		}
	}
	of := meant.one()
	switch {
	case len(list) == 0 || fitting == 1:
		return true
	case fitting == 0 && of != nil:
		return v.check(of, value)
	}
	return v.add(rule)
}

// meaning collects the schemas that a value can have been meant for: all that it
// does not contradict, and of these those of which it has all required properties.
type meaning struct{ possible, whole []*schema }

func (m *meaning) consider(s *schema, found []Violation, depth int) {
	if slices.ContainsFunc(found, func(f Violation) bool { return f.excludes(depth) }) {
		return
	}
	m.possible = append(m.possible, s)
	if !slices.ContainsFunc(found, func(f Violation) bool { return f.Rule == "required" && f.depth == depth+1 }) {
		m.whole = append(m.whole, s)
	}
}

// one returns the schema that was meant, or nil where that is not plain.
func (m *meaning) one() *schema {
	switch {
	case len(m.possible) == 1:
		return m.possible[0]
	case len(m.whole) == 1:
		return m.whole[0]
	}
	return nil
}

// excludes reports whether a violation says that another schema was meant: the
// value is of another type, or a property tells so.
func (f Violation) excludes(depth int) bool {
	switch f.Rule {
	case "type":
		return f.depth == depth
	case "enum":
		return f.depth <= depth+1
	}
	return false
}

// pointer escapes a step of a JSON pointer (RFC 6901, section 3).
func pointer(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
