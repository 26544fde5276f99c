package lines

import (
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestOf(t *testing.T) {
	var tree yaml.Node
	if err := yaml.Unmarshal([]byte("a: 1\nb:\n  - x\n  - c: 2\n    d: 3\n"), &tree); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		path []any
		want int
	}{
		{nil, 1}, {[]any{"a"}, 1}, {[]any{"b", 0}, 3}, {[]any{"b", 1, "d"}, 5},
		// What is not there stands where it should be.
		{[]any{"b", 1, "e"}, 4}, {[]any{"b", 9}, 3}, {[]any{"z"}, 1}, {[]any{"a", "deeper"}, 1},
	} {
		if got := Of(&tree, test.path...); got != test.want {
			t.Errorf("Of(%v) = %d, want %d", test.path, got, test.want)
		}
	}
	if got := Of(&yaml.Node{Kind: yaml.DocumentNode}); got != 0 {
		t.Errorf("an empty document: %d", got)
	}
}
