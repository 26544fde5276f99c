package contract

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// TestVerdictsOfALibrary compares our verdicts with those of the library that
// reads the documents, which evaluates schemas as well, on random schemas and
// values. Every schema has a type: that library lets null pass without one only
// where it is nullable, we always do.
func TestVerdictsOfALibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	agreed := map[bool]int{}
	for range 1500 {
		text := mustJSON(t, randomSchema(r, 3))
		doc, err := openapi3.NewLoader().LoadFromData([]byte(fmt.Sprintf(`{"openapi":"3.0.3","info":{"title":"x","version":"1"},"paths":{},"components":{"schemas":{"A":%s}}}`, text)))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		from := doc.Components.Schemas["A"].Value
		if from.Validate(context.Background()) != nil {
			continue
		}
		s := newCompiler("x").schema(from)
		for range 8 {
			value, ok := parse(mustJSON(t, randomValue(r, 3)))
			if !ok {
				t.Fatal("no JSON")
			}
			var plain any
			if err := json.Unmarshal(mustJSON(t, value), &plain); err != nil {
				t.Fatal(err)
			}
			theirs := from.VisitJSON(plain) == nil
			v := newVisit(Response)
			ours := v.check(s, value)
			if ours != theirs || ours != (len(v.found) == 0) {
				t.Fatalf("%s\n%s\nours %v %v, theirs %v", text, mustJSON(t, value), ours, v.found, theirs)
			}
			agreed[ours]++
		}
	}
	if agreed[true] < 1000 || agreed[false] < 1000 {
		t.Errorf("too few verdicts of each sort: %v", agreed)
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func randomValue(r *rand.Rand, depth int) any {
	kind := r.IntN(7)
	if depth == 0 {
		kind = r.IntN(5)
	}
	switch kind {
	case 0:
		return nil
	case 1:
		return r.IntN(2) == 0
	case 2:
		return r.IntN(7) - 2
	case 3:
		return float64(r.IntN(9))/2 - 1
	case 4:
		return []string{"", "a", "ab", "é", "2026-11-24", "2026-02-30"}[r.IntN(6)]
	case 5:
		list := make([]any, r.IntN(4))
		for i := range list {
			list[i] = randomValue(r, depth-1)
		}
		return list
	}
	object := map[string]any{}
	for range r.IntN(4) {
		object[string(rune('a'+r.IntN(3)))] = randomValue(r, depth-1)
	}
	return object
}

func randomSchema(r *rand.Rand, depth int) map[string]any {
	kind := []string{"boolean", "integer", "number", "string", "array", "object"}[r.IntN(6)]
	s := map[string]any{"type": kind}
	maybe := func(key string, value any) {
		if r.IntN(3) == 0 {
			s[key] = value
		}
	}
	maybe("nullable", true)
	switch kind {
	case "integer", "number":
		maybe("minimum", r.IntN(3))
		maybe("maximum", r.IntN(3)+1)
		maybe("multipleOf", []float64{0.5, 2}[r.IntN(2)])
		if s["minimum"] != nil {
			maybe("exclusiveMinimum", true)
		}
	case "string":
		maybe("minLength", r.IntN(3))
		maybe("maxLength", r.IntN(3)+1)
		maybe("pattern", []string{"^a", "b$", "^.$"}[r.IntN(3)])
		maybe("format", "date")
		maybe("enum", []any{"a", "ab"})
	case "array":
		s["items"] = randomSchema(r, max(depth-1, 0))
		maybe("minItems", r.IntN(2))
		maybe("maxItems", r.IntN(3))
		maybe("uniqueItems", true)
	case "object":
		properties := map[string]any{}
		for _, name := range []string{"a", "b"} {
			if depth > 0 && r.IntN(2) == 0 {
				properties[name] = randomSchema(r, depth-1)
			}
		}
		s["properties"] = properties
		maybe("required", []string{"a"})
		maybe("additionalProperties", r.IntN(2) == 0)
		maybe("minProperties", r.IntN(2))
		maybe("maxProperties", r.IntN(3))
	}
	if depth == 0 {
		return s
	}
	switch word := []string{"allOf", "anyOf", "oneOf", "not", "", ""}[r.IntN(6)]; word {
	case "":
	case "not":
		s["not"] = randomSchema(r, depth-1)
	default:
		s = map[string]any{word: []any{randomSchema(r, depth-1), randomSchema(r, depth-1)}}
	}
	return s
}
