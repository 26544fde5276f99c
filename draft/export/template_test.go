package export

import (
	"net/url"
	"strings"
	"testing"
)

func TestExpand(t *testing.T) {
	v := values{text: map[string]string{"a": "x/../{b}?", "b": "never"}, list: map[string][]string{"l": {"one", "two"}}}
	for in, want := range map[string]string{
		"":              "",
		"plain":         "plain",
		"{a}":           "x%2F..%2F%7Bb%7D%3F",
		"/t/{a}/{b}":    "/t/x%2F..%2F%7Bb%7D%3F/never",
		"{unknown}/ok":  "/ok",
		"{{a}} {{{b}}}": "{a} {never}",
		"{l}":           "one%20two",
	} {
		if got := expand(in, v, url.PathEscape); got != want {
			t.Errorf("expand(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCheckTemplate(t *testing.T) {
	for in, says := range map[string]string{
		"{a} and {b}": "",
		"none":        "",
		"{{a}} }}":    "",
		"{c}":         "uses {c}, which is not one of a, b",
		"{a":          "a brace that belongs to no {name}",
		"a}":          "a brace that belongs to no {name}",
		"{A}":         "a brace that belongs to no {name}",
		"{}":          "a brace that belongs to no {name}",
	} {
		got := checkTemplate(in, []string{"a", "b"})
		if (got == "") != (says == "") || !strings.Contains(got, says) {
			t.Errorf("checkTemplate(%q) = %v, want %q", in, got, says)
		}
	}
}
