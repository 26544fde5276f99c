package export

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func treeOf(t *testing.T, text string) Tree {
	t.Helper()
	var holder struct{ JSON Tree }
	if err := yaml.Unmarshal([]byte("json:\n"+text), &holder); err != nil {
		t.Fatal(err)
	}
	return holder.JSON
}

func TestATreeIsDataNotText(t *testing.T) {
	tree := treeOf(t, `
  text: "a {word}"
  gone: "{empty}"
  number: 3
  truth: true
  object: {gone: "{empty}"}
  list: ["{empty}", "{word}"]
  emptied: ["{empty}"]
  "{word}": key
  priority: !number "{four}"
  no_number: !number "{empty}"
  yes: !bool "{yes}"
  labels: !list "bug, {four},"
  ids: !list "{ids}"
  none: !list "{empty}"
  files: !files {name: "{file_name}", data: "{file_base64}"}
`)
	v := values{
		text: map[string]string{"word": `"},{x}\`, "empty": "", "four": "4", "yes": "true"},
		list: map[string][]string{"ids": {"a,b", "c"}},
	}
	filled, err := tree.fill(v, []File{{Name: "f.png", Data: []byte("hi")}})
	if err != nil {
		t.Fatal(err)
	}
	data, err := encode(filled)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"text": `a "},{x}\`, "number": 3.0, "truth": true, "list": []any{`"},{x}\`}, `"},{x}\`: "key",
		"priority": 4.0, "yes": true, "labels": []any{"bug", "4"}, "ids": []any{"a,b", "c"},
		"files": []any{map[string]any{"name": "f.png", "data": "aGk="}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("filled (-want +got):\n%s", diff)
	}
}

func TestATreeRefusesWhatIsNoNumber(t *testing.T) {
	for text, says := range map[string]string{
		`  a: !number "{v}"`: `"x" is not a number`, `  a: !bool "{v}"`: `"x" is neither true nor false`,
		`  a: !number "true"`: "is not a number", `  a: !number '"1"'`: "is not a number",
	} {
		_, err := treeOf(t, text).fill(values{text: map[string]string{"v": "x"}}, nil)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want … %s …", text, err, says)
		}
	}
}
