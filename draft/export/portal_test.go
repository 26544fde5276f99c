package export

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestPortalFromYAML(t *testing.T) {
	const settings = `
recipe: rt5
url: https://rt.bank.example
token_file: /run/secrets/rt
requestor: qa@integrator.example
values:
  queue: Suporte
  severity: {critical: S1}
`
	var got Portal
	if err := yaml.Unmarshal([]byte(settings), &got); err != nil {
		t.Fatal(err)
	}
	want := Portal{
		Recipe: "rt5", URL: "https://rt.bank.example", TokenFile: "/run/secrets/rt", Requestor: "qa@integrator.example",
		Values: map[string]Override{"queue": {Fixed: "Suporte"}, "severity": {Map: map[string]string{"critical": "S1"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("portal (-want +got):\n%s", diff)
	}
	if err := yaml.Unmarshal([]byte("values: {queue: [a]}"), &got); err == nil {
		t.Error("a list as a value gave no error")
	}
}

func TestPortalCheck(t *testing.T) {
	known, err := Recipes()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		change func(*Portal)
		says   string
	}{
		{"good", func(*Portal) {}, ""},
		{"no such recipe", func(p *Portal) { p.Recipe = "rt9" }, `recipe: "rt9" is not one of `},
		{"no URL", func(p *Portal) { p.URL = "" }, "url: must begin with https://"},
		{"other scheme", func(p *Portal) { p.URL = "file:///etc/passwd" }, "url: must begin with https://"},
		{"not a URL", func(p *Portal) { p.URL = "https://pass:word@[" }, "url: is not a URL"},
		{"user", func(p *Portal) { p.URL = "https://user:password@rt.example" }, "url: must have no user"},
		{"query", func(p *Portal) { p.URL = "https://rt.example?a=b" }, "url: must have no user, query"},
		{"plain", func(p *Portal) { p.URL = "http://rt.example" }, "plain http would show the token"},
		{"no token", func(p *Portal) { p.TokenEnv = "" }, "give one of token_env, token_file and token_keyring"},
		{"two tokens", func(p *Portal) { p.TokenFile = "f" }, "give one of token_env, token_file and token_keyring"},
		{"no such value", func(p *Portal) { p.Values = map[string]Override{"cor": {Fixed: "azul"}} }, `has no value "cor"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := Portal{Recipe: "rt5", URL: "https://rt.example", TokenEnv: "BANK_TOKEN"}
			test.change(&p)
			err := p.check(known)
			if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Fatalf("got %v, want %q", err, test.says)
			}
			if err != nil && strings.Contains(err.Error(), "password") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}

func TestSecret(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	for _, test := range []struct{ name, content, want, says string }{
		{"with a newline", "abc-123\n", "abc-123", ""},
		{"empty", " \n", "", "is empty or not set"},
		{"two lines", "abc-123\r\nX-Other: y", "", "holds characters that no token has"},
		{"not ASCII", "abc-123é", "", "holds characters that no token has"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := os.WriteFile(file, []byte(test.content), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := Secret{File: file}.read(Sources{})
			if got != test.want || (err == nil) != (test.says == "") {
				t.Fatalf("got %q and %v, want %q and %q", got, err, test.want, test.says)
			}
			if err != nil && (!strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "abc-123")) {
				t.Errorf("got the error %v, want %q", err, test.says)
			}
		})
	}
	if _, err := (Secret{File: file + ".missing"}).read(Sources{}); err == nil {
		t.Error("a missing file gave no error")
	}
}

func TestSecretOfTheKeyring(t *testing.T) {
	from := Sources{Keyring: func(service, user string) (string, error) {
		if service == "flagrante" && user == "bank/prod" {
			return "abc-123", nil
		}
		return "", errors.New("secret not found in keyring")
	}}
	if got, err := (Secret{Keyring: "flagrante/bank/prod"}).read(from); got != "abc-123" || err != nil {
		t.Errorf("got %q and %v", got, err)
	}
	for _, from := range []Sources{from, {}} {
		if _, err := (Secret{Keyring: "flagrante/other"}).read(from); err == nil || !strings.Contains(err.Error(), "the keyring at flagrante/other can't be read") {
			t.Errorf("got %v", err)
		}
	}
	if (Secret{Keyring: "flagrante"}).check() == nil || (Secret{}).check() == nil || (Secret{Env: "A", File: "b"}).check() == nil {
		t.Error("a secret without a place, or with two, was accepted")
	}
}
