package show

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTreeOf(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Body
		want *Tree
	}{
		{"json", Body{Syntax: JSON, Text: `{"b":[1,null,true],"a":"x","a":{}}`}, &Tree{Root: &Node{Type: "object", Open: true, Nodes: []*Node{
			{Name: "b", Type: "list", Path: "/b", Open: true, Nodes: []*Node{
				{Name: "0", Type: "number", Value: "1", Path: "/b/0", Open: true}, {Name: "1", Type: "word", Value: "null", Path: "/b/1", Open: true},
				{Name: "2", Type: "word", Value: "true", Path: "/b/2", Open: true},
			}},
			{Name: "a", Type: "text", Value: "x", Path: "/a", Open: true}, {Name: "a", Type: "object", Path: "/a", Open: true},
		}}}},
		{"broken json", Body{Syntax: JSON, Text: `{"a":"x","b`}, &Tree{Part: true, Root: &Node{Type: "object", Open: true, Nodes: []*Node{{Name: "a", Type: "text", Value: "x", Path: "/a", Open: true}}}}},
		{"two values", Body{Syntax: JSON, Text: `{} {}`}, &Tree{Part: true, Root: &Node{Type: "object", Open: true}}},
		{"cut", Body{Syntax: JSON, Text: `[]`, Cut: true}, &Tree{Part: true, Root: &Node{Type: "list", Open: true}}},
		{"xml", Body{Syntax: XML, Text: `<s:E xmlns:s="u"><f a="1">x</f></s:E>`}, &Tree{Root: &Node{Name: "s:E", Type: "element", Path: "/E", Open: true, Nodes: []*Node{
			{Name: "xmlns:s", Attr: true, Type: "text", Value: "u", Path: "/E/@s", Open: true},
			{Name: "f", Type: "element", Value: "x", Path: "/E/f", Open: true, Nodes: []*Node{{Name: "a", Attr: true, Type: "text", Value: "1", Path: "/E/f/@a", Open: true}}},
		}}}},
		{"open xml", Body{Syntax: XML, Text: `<a><b>`}, &Tree{Part: true, Root: &Node{Name: "a", Type: "element", Path: "/a", Open: true, Nodes: []*Node{{Name: "b", Type: "element", Path: "/a/b", Open: true}}}}},
		{"no syntax", Body{Syntax: Plain, Text: "x"}, nil},
		{"nothing of JSON", Body{Syntax: JSON, Text: "[["[:0]}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, TreeOf(c.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTreesAreBounded(t *testing.T) {
	for name, b := range map[string]Body{
		"wide":     {Syntax: JSON, Text: "[" + strings.Repeat("1,", 5000) + "1]"},
		"deep":     {Syntax: JSON, Text: strings.Repeat("[", 5000)},
		"deep xml": {Syntax: XML, Text: strings.Repeat("<a>", 5000)},
		"wide xml": {Syntax: XML, Text: "<a>" + strings.Repeat("<b/>", 5000) + "</a>"},
	} {
		tree := TreeOf(b)
		if tree == nil || !tree.Part || countNodes(tree.Root) > maxNodes {
			t.Errorf("%s: %+v", name, tree)
		}
	}
}

func TestPretty(t *testing.T) {
	if got := Pretty(JSON, `{"a":1}`); got != "{\n  \"a\": 1\n}" {
		t.Errorf("got %s", got)
	}
	if got := Pretty(JSON, `{"a":`); got != `{"a":` {
		t.Errorf("broken JSON became %s", got)
	}
}
