package steps_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/redact/detect"
	"flagrante/draft"
	"flagrante/draft/steps"
)

// A line that says what to fill in is a command to a shell without comments, as zsh is
// when people paste into it: it must not begin anything.
func TestWhatToFillInBeginsNothing(t *testing.T) {
	for _, kind := range slices.Concat(detect.Secrets(), detect.Personal()) {
		for _, lang := range []draft.Lang{draft.Portuguese, draft.English} {
			v := steps.Variable{Name: "X", Kind: string(kind), Where: "request.body/a"}
			if said := v.Describe(lang); said == "" || strings.ContainsAny(said, "'\"`$;&|<>(){}*?!\n") {
				t.Errorf("%s: %s", kind, said)
			}
		}
	}
}

// What a masked value is filled in for is named by its whole place, as in the mark of
// what was masked.
func TestVariablesAreNamedByTheirWholePlace(t *testing.T) {
	for body, want := range map[string]string{
		`{"pagador":{"nome":"<name:aaaa2222>"},"itens":[1,2]}`:       "request.body/pagador/nome",
		`{"a":{"b":1},"itens":[{"x":1},{"x":[0,"<cpf:aaaa2222>"]}]}`: "request.body/itens/1/x/1",
		`["<cpf:aaaa2222>"]`:                            "request.body/0",
		`{"a\\\"}":"{[","b":"<cpf:aaaa2222>"}`:          "request.body/b",
		`{"a';touch x":"<cpf:aaaa2222>"}`:               "request.body/a__touch_x",
		`{"texto":"CPF <cpf:aaaa2222> da loja"}`:        "request.body/texto",
		`}}],"solto":"<cpf:aaaa2222>"`:                  "request.body/solto",
		strings.Repeat("[", 2_000) + `"<cpf:aaaa2222>"`: "request.body" + strings.Repeat("/0", 32),
		`nome=<name:aaaa2222>&x=1`:                      "request.body/nome",
	} {
		f := flow("https://api.bank.example")
		f.Before = nil
		f.Exchange.Request = json("POST", "https://api.bank.example/v1/x", body)
		p, _ := steps.Of(evidence(f))
		var places []string
		for _, v := range p.Fill {
			places = append(places, v.Where)
		}
		if diff := cmp.Diff([]string{want}, places); diff != "" {
			t.Errorf("%.60s (-want +got):\n%s", body, diff)
		}
	}
}
