package export

import (
	"strings"
	"testing"
)

func TestEmbeddedRecipesAreGood(t *testing.T) {
	known, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range known {
		if !strings.HasPrefix(r.Contract, "https://") {
			t.Errorf("the recipe %s cites no contract", name)
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
		{"no name", "name: rt5", "name: ''", "name: is empty"},
		{"an unknown text", "text: text.plain", "text: text.rtf", `text: "text.rtf" is not one of`},
		{"an unknown variable in the body", `Subject: "{title}"`, `Subject: "{titel}"`, "uses {titel}"},
		{"an unknown variable in an address", "path: /REST/2.0/ticket\n", "path: /REST/{x}\n", "uses {x}"},
		{"the secret in the body", `Subject: "{title}"`, `Subject: "{secret}"`, "uses {secret}"},
		{"the secret in an address", "fields[Queue]: Name", `fields[Queue]: "{secret}"`, "uses {secret}"},
		{"the ticket before it is made", `Subject: "{title}"`, `Subject: "{ticket}"`, "uses {ticket}"},
		{"more than the ticket in the link", "id={ticket}", "id={ticket}&t={title}", "uses {title}"},
		{"a value from nowhere", "from: category", "from: categoria", `a draft has no "categoria"`},
		{"a required unknown", "require: [queue, title]", "require: [fila]", `there is no variable "fila"`},
		{"no capture", "ticket: /id", "other: /id", "must be a create that captures ticket"},
		{"no create", "do: create", "do: verify", "must be a create that captures ticket"},
		{"two creates", "do: verify", "do: create", `step 2: do: "create" is not verify`},
		{"a strange method", "method: POST", "method: DELETE", `method: "DELETE"`},
		{"a relative path", "path: /REST/2.0/ticket\n", "path: '@evil.example'\n", "does not begin with a slash"},
		{"no success", "ok: [201]", "ok: []", "ok: is empty"},
		{"a name that is a number", "      Queue: \"{queue}\"\n      Subject", "      7: \"{queue}\"\n      Subject", "not a string: quote it"},
		{"nothing", string(data), "", "read the recipe"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(string(data), test.old) {
				t.Fatalf("the recipe has no %q", test.old)
			}
			_, err := ParseRecipe([]byte(strings.ReplaceAll(string(data), test.old, test.new)))
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want … %s …", err, test.says)
			}
		})
	}
}

func FuzzParseRecipe(f *testing.F) {
	data, err := recipes.ReadFile("recipes/rt5.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("steps: [{do: create, json: {1: [a, {b: c}]}}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ParseRecipe(data)
		if err == nil && r.create().Do != doCreate {
			t.Error("a recipe without a create was accepted")
		}
	})
}
