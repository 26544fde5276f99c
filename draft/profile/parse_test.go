package profile_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft/profile"
)

func TestParseNamesTheLineOfWhatIsWrong(t *testing.T) {
	data, err := os.ReadFile("br-guia.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lineOf := func(text string) string {
		before, _, _ := strings.Cut(string(data), text)
		return "line " + strconv.Itoa(strings.Count(before, "\n")+1) + ": "
	}
	tests := []struct {
		name, old, new, at, want string
	}{
		{"an unknown key", "    required: false", "    obligatory: false", "    required: false", "field obligatory not found"},
		{"an unknown language", "pt-BR: Baixo", "pt: Baixo", "pt-BR: Baixo", "field pt not found"},
		{"an unknown item", "id: device", "id: gadget", "id: device", "the item gadget is not known"},
		{"an item twice", "id: device", "id: title", "id: device", "the item title is there twice"},
		{"an environment", "environment: staging", "environment: moon", "environment: staging", "an environment is production or staging"},
		{"an environment twice", "environment: staging", "environment: production", "environment: staging", "two categories are for production"},
		{"severities out of order", "id: medium", "id: high", "id: medium", "low, medium, high and critical"},
		{"a missing translation", "en: Critical}", "en: ''}", "en: Critical}", "both pt-BR and en"},
		{"on-call severity", "severity: critical", "severity: extreme", "severity: critical", "low, medium, high or critical"},
		{"a share over one", "of_called: 0.75", "of_called: 75", "of_called: 0.75", "a share is between 0 and 1"},
		{"no endpoints", "endpoints: 3, sure", "endpoints: 0, sure", "endpoints: 3, sure", "a number is 1 at least"},
		{"a rule that is not known", "  minor:", "  major:", "  minor:", "field major not found"},
		{"a severity of a rule", "minor: {production: low", "minor: {production: tiny", "minor: {production", "low, medium, high or critical"},
		{"a window without a unit", "window: 60m", "window: 60", "window: 60m", "stands where a time such as 30s should"},
		{"a window too long", "window: 60m", "window: 600h", "window: 60m", "between 1m and 168h"},
		{"a confidence", "confidence: 1.96", "confidence: 95", "confidence: 1.96", "standard deviations"},
		{"a name that is not known", "{connection}", "{conexao}", "{connection}", "{conexao} is not known; there are category, "},
		{"a name that is not known in English", "      ## Scope\n", "      ## Scope of {smell}\n", "      ## Scope\n", "{smell} is not known"},
		{"a part in a line", "## Alcance", "## Alcance {scope}", "## Alcance", "has to stand on a line of its own"},
		{"a part in one language", "      ## Scope\n      {scope}\n", "", "    pt-BR: |", "the part {scope} is in one language only"},
		{"a part twice", "      {origin}\n", "      {steps}\n      {origin}\n", "    pt-BR: |", "the part {steps} is there twice"},
		{"an item that is not shown", "      {response}\n", "", "    pt-BR: |", "the item response is asked for, so the text needs {response}"},
		{"nobody to phone", "      {on_call}\n", "", "    pt-BR: |", "the text needs {on_call}"},
		{"a title of several lines", "    pt-BR: \"{subject}: {outcome}[ – {vendor}]\"", "    pt-BR: \"{subject}\\n{outcome}\"", "    pt-BR: \"{subject}", "this text is of one line"},
		{"a title with a part", "    en: \"{subject}: {outcome}[ – {vendor}]\"", "    en: \"{steps}\"", "    en: \"{subject}", "{steps} is not known"},
		{"no name", "name: br-guia", "name: ''", "name: br-guia", "a profile needs a name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			broken := strings.Replace(string(data), tt.old, tt.new, 1)
			if broken == string(data) {
				t.Fatalf("%q is not in the guide", tt.old)
			}
			_, err := profile.Parse("mine.yaml", []byte(broken))
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range []string{"mine.yaml", lineOf(tt.at), tt.want} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("the error %q lacks %q", err, part)
				}
			}
		})
	}
}

func TestParseRefusesWhatIsNotAProfile(t *testing.T) {
	for _, data := range []string{"", "[1, 2]", "name: x\ntitle: {pt-BR: a, en: b}\n", "\x00", "name: [", "a: &a [*a]"} {
		if p, err := profile.Parse("bad.yaml", []byte(data)); err == nil {
			t.Errorf("Parse(%q) = %+v, want an error", data, p)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("name: x\ncategories:\n  - name: y\n"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := profile.Parse("fuzz.yaml", data)
		if err == nil && (p.Category("production") == "" || len(p.Severities) != 4) {
			t.Errorf("a profile without categories or severities passed: %+v", p)
		}
	})
}

func TestRulesThatAreLeftOutAreBuiltIn(t *testing.T) {
	own, _, _ := strings.Cut(string(profile.Source()), "\nrules:")
	p, err := profile.Parse("own.yaml", []byte(own+"\nrules:\n  outage: {endpoints: 9}\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := guide(t).Rules
	want.Outage.Endpoints = 9
	if diff := cmp.Diff(want, p.Rules); diff != "" {
		t.Error(diff)
	}
}

func TestTextsThatAreLeftOutAreBuiltIn(t *testing.T) {
	whole := string(profile.Source())
	before, rest, _ := strings.Cut(whole, "\nticket:")
	_, rules, _ := strings.Cut(rest, "\nrules:")
	p, err := profile.Parse("own.yaml", []byte(before+"\nticket:\n  title: {pt-BR: 'Falha em {host}', en: 'Failure at {host}'}\nrules:"+rules))
	if err != nil {
		t.Fatal(err)
	}
	want := guide(t).Ticket
	want.Title = profile.Text{Portuguese: "Falha em {host}", English: "Failure at {host}"}
	if diff := cmp.Diff(want, p.Ticket); diff != "" {
		t.Error(diff)
	}
}
