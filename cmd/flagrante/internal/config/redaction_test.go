package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flagrante/capture/redact"
	"flagrante/draft/gate"
)

// The number of those on duty stands in a ticket on purpose; other numbers do not pass.
func TestTheNumberOfThoseOnDutyMayLeave(t *testing.T) {
	shown, err := os.ReadFile("../../../../draft/profile/br-guia.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(t.TempDir(), "own.yaml")
	if err := os.WriteFile(own, []byte(strings.Replace(string(shown), "  severity: critical\n", "  severity: critical\n  phone: +55 11 3333-0000\n", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	configured := Defaults()
	configured.OnCall.Phone = "+55 11 3333-0000"
	profiled := Defaults()
	profiled.Profile = own
	for name, conf := range map[string]Config{"configuration": configured, "profile": profiled} {
		options, err := conf.Redaction(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		last := gate.New(redact.New(options...))
		for _, form := range []string{"Telefone do plantão: +55 11 3333-0000", `{"phone":"+55 11 3333-0000"}`, "<li>Plantão: &#43;55 11 3333-0000</li>", "ligue (11) 3333-0000"} {
			if err := last.Check(gate.Part{Name: "ticket", Data: []byte(form)}); err != nil {
				t.Errorf("%s: %s: %v", name, form, err)
			}
		}
		if err := last.Check(gate.Part{Name: "ticket", Data: []byte("Telefone do cliente: +55 11 3333-0001")}); err == nil {
			t.Errorf("%s: another number passes", name)
		}
	}
	if options, err := Defaults().Redaction(t.TempDir()); err != nil || gate.New(redact.New(options...)).Check(gate.Part{Name: "ticket", Data: []byte("Telefone do plantão: +55 11 3333-0000")}) == nil {
		t.Errorf("a number that nobody configured passes: %v", err)
	}
}
