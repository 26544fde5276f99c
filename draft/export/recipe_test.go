package export

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEmbeddedRecipesAreGood(t *testing.T) {
	known, err := Recipes()
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range known {
		if !strings.HasPrefix(r.Contract, "https://") {
			t.Errorf("the recipe %s cites no contract", name)
		}
		if _, err := RecipeSource(name); err != nil {
			t.Errorf("the recipe %s is not in a file of its name: %v", name, err)
		}
	}
	if known["rt5"] == nil {
		t.Error("the recipe rt5 is missing")
	}
}

func TestParseRecipeRefuses(t *testing.T) {
	data, err := recipes.ReadFile("recipes/rt5.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new, says string }{
		{"an unknown key", "link:", "lnik:", "field lnik not found"},
		{"no name", "name: rt5", "name: ''", "a name has small letters"},
		{"an unknown text", "text: text.plain", "text: text.rtf", `text: "text.rtf" is not one of`},
		{"an unknown variable in the body", `Subject: "{title}"`, `Subject: "{titel}"`, "uses {titel}"},
		{"an unknown variable in an address", "path: /REST/2.0/ticket\n", "path: /REST/{x}\n", "uses {x}"},
		{"the secret within a text", `Subject: "{title}"`, `Subject: "of {secret}"`, "uses {secret} within a text"},
		{"the secret within a part of an address", "path: /REST/2.0/ticket\n", "path: /REST/v{secret}\n", "uses {secret} within a text"},
		{"an address without the setting of its host", "path: /REST/2.0/ticket\n", "address: '{title}'\n", "with a base that names the setting"},
		{"a prepare that asks for nothing", "do: lookup", "do: prepare\n    method: GET\n    path: /\n    ok: [200]\n  - do: lookup", "a prepare step asks for what later steps need"},
		{"the secret in the link", "id={ticket}", "id={ticket}&t={secret}", "uses {secret}"},
		{"the ticket before it is made", `Subject: "{title}"`, `Subject: "{ticket}"`, "uses {ticket}"},
		{"a value from nowhere", "from: category", "from: categoria", `a draft has no "categoria"`},
		{"a required unknown", "require: [queue, title]", "require: [fila]", `there is no variable "fila"`},
		{"no capture", "ticket: /id", "other: /id", "a create step must capture ticket"},
		{"no create", "do: create", "do: upload", "there must be one create"},
		{"two creates", "do: attach", "do: create", "there must be one create"},
		{"an order that can't be", "do: status", "do: create", "verify stands before it"},
		{"a deed that is none", "do: status", "do: dance", `"dance" is not one of`},
		{"a strange method", "method: POST", "method: DELETE", `method: "DELETE"`},
		{"a verify that changes", "method: GET", "method: PUT", "it must be a GET"},
		{"a relative path", "path: /REST/2.0/ticket\n", "path: '@evil.example'\n", "does not begin with a slash"},
		{"a query in the path", "path: /REST/2.0/ticket\n", "path: /REST?a=b\n", "belongs under query"},
		{"no success", "ok: [201]", "ok: []", "ok: is empty"},
		{"a tag that is none", `Subject: "{title}"`, `Subject: !secret "{title}"`, "the tag !secret"},
		{"a header of the connection", "  Authorization:", "  Host:", "is set by the program"},
		{"a file that is not repeated", "each: file\n    ", "", "uses {file_name}"},
		{"a pointer that is none", "capture:\n      ticket: /id", "capture:\n      ticket: id", "is not a JSON Pointer"},
		{"no state that is closed", "closed: [resolved, rejected, deleted]", "closed: []", "list the states of a closed ticket"},
		{"two bodies", "    json:\n      Queue", "    fields: {a: b}\n    json:\n      Queue", "a request has one of them"},
		{"nothing", string(data), "", "it is empty"},
		{"two recipes", "name: rt5", "name: rt5\n---\nname: rt5", "read the recipe"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(string(data), test.old) {
				t.Fatalf("the recipe has no %q", test.old)
			}
			_, err := ParseRecipe("own.yaml", []byte(strings.ReplaceAll(string(data), test.old, test.new)))
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want … %s …", err, test.says)
			}
		})
	}
}

// TestMistakesNameTheirLines checks that all of them are told at once, in order.
func TestMistakesNameTheirLines(t *testing.T) {
	const recipe = `name: own
text: text.plain
link: "{base}/{tikcet}"
steps:
  - do: create
    method: POST
    path: /tickets
    json:
      subject: "{title}"
      body: "{txt}"
    ok: [201]
    capture: {ticket: /id}
  - do: status
    method: PUT
    path: /tickets/{ticket}
    ok: [200]
    capture: {state: /status}
    closed: [done]
`
	_, err := ParseRecipe("own.yaml", []byte(recipe))
	if err == nil {
		t.Fatal("no error")
	}
	var lines []string
	for line := range strings.Lines(err.Error()) {
		line, _, _ = strings.Cut(strings.TrimPrefix(line, "check the recipe own.yaml: "), ":")
		lines = append(lines, line)
	}
	if diff := cmp.Diff([]string{"line 3", "line 10", "line 14"}, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s\n%v", diff, err)
	}
}

func FuzzParseRecipe(f *testing.F) {
	data, err := recipes.ReadFile("recipes/rt5.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("steps: [{do: create, json: {1: [a, {b: c}]}}]"))
	f.Add([]byte("json: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ParseRecipe("own.yaml", data)
		if err == nil && !r.Can(doCreate) && r.Form == "" && r.Mail == nil {
			t.Error("a recipe that can send nothing was accepted")
		}
	})
}
