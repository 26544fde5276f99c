package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/cmd/flagrante/internal/doctor"
	"flagrante/draft/export"
	"flagrante/proxy/authority"
)

// TestAClockThatIsWrongAndItsRemedy has the clock stand before the authority was made.
func TestAClockThatIsWrongAndItsRemedy(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ca, err := authority.Open(filepath.Join(t.TempDir(), "ca"), func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	for now, want := range map[time.Time]doctor.Finding{
		noon: {Check: "clock", Subject: "UTC", Status: doctor.OK, Detail: "2026-11-23T12:00:00Z"},
		noon.AddDate(-3, 0, 0): {
			Check: "clock", Subject: "UTC", Status: doctor.Fail, Detail: "2023-11-23T12:00:00Z",
			Remedy: "set the clock: it is before the authority was made, and no app will accept its certificates",
		},
	} {
		e := &examination{world: world{now: func() time.Time { return now }}, ca: ca}
		e.clock()
		if diff := cmp.Diff([]doctor.Finding{want}, e.findings); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
}

// TestPortalsAndTheirRemedies has portals without their tokens.
func TestPortalsAndTheirRemedies(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "token")
	env := map[string]string{"RT_TOKEN": "t"}
	e := &examination{world: world{env: func(name string) (string, bool) { value, ok := env[name]; return value, ok }}}
	e.conf.Portals = map[string]export.Portal{
		"a": {URL: "https://rt.example/x", TokenEnv: "RT_TOKEN"},
		"b": {URL: "https://rt.example/x", TokenEnv: "NO_TOKEN"},
		"c": {URL: "https://rt.example/x", TokenFile: missing},
	}
	e.portals()
	for i := range e.findings {
		if e.findings[i].Subject == "c" {
			e.findings[i].Detail = ""
		}
	}
	want := []doctor.Finding{
		{Check: "portal", Subject: "a", Status: doctor.OK, Detail: "its token is there; rt.example was not asked"},
		{Check: "portal", Subject: "b", Status: doctor.Fail, Detail: "the variable NO_TOKEN, which should hold the password, is not set", Remedy: "set the variable that token_env names, or write the file that token_file names"},
		{Check: "portal", Subject: "c", Status: doctor.Fail, Remedy: "set the variable that token_env names, or write the file that token_file names"},
	}
	if diff := cmp.Diff(want, e.findings); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
