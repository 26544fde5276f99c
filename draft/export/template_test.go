package export

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExpand(t *testing.T) {
	vars := map[string]string{"a": "x/../{b}?", "b": "never"}
	for in, want := range map[string]string{
		"":             "",
		"plain":        "plain",
		"{a}":          "x%2F..%2F%7Bb%7D%3F",
		"/t/{a}/{b}":   "/t/x%2F..%2F%7Bb%7D%3F/never",
		"{unknown}/ok": "/ok",
	} {
		if got := expand(in, vars, url.PathEscape); got != want {
			t.Errorf("expand(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFillLeavesOutWhatIsEmpty(t *testing.T) {
	tree := map[string]any{
		"text": "a {word}", "gone": "{empty}", "number": 3, "truth": true,
		"object": map[string]any{"gone": "{empty}"}, "list": []any{"{empty}", "{word}"}, "emptied": []any{"{empty}"},
	}
	want := map[string]any{"text": `a "{x}"`, "number": 3, "truth": true, "list": []any{`"{x}"`}}
	got := fill(tree, map[string]string{"word": `"{x}"`, "empty": ""})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fill (-want +got):\n%s", diff)
	}
}

func TestCheckTemplate(t *testing.T) {
	for in, says := range map[string]string{
		"{a} and {b}": "",
		"none":        "",
		"{c}":         "uses {c}, which is not one of a, b",
		"{a":          "a brace that belongs to no {name}",
		"a}":          "a brace that belongs to no {name}",
		"{A}":         "a brace that belongs to no {name}",
		"{{a}}":       "a brace that belongs to no {name}",
	} {
		err := checkTemplate(in, []string{"a", "b"})
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("checkTemplate(%q) = %v, want %q", in, err, says)
		}
	}
}
