package main

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/cmd/flagrante/internal/doctor"
	"flagrante/cmd/flagrante/internal/world"
)

func TestColours(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		want palette
	}{
		"a file":                {map[string]string{"TERM": "xterm"}, false},
		"forced":                {map[string]string{"CLICOLOR_FORCE": "1"}, true},
		"forced is off":         {map[string]string{"CLICOLOR_FORCE": "0"}, false},
		"refused":               {map[string]string{"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, false},
		"refused with any word": {map[string]string{"NO_COLOR": "0", "CLICOLOR_FORCE": "1"}, false},
	} {
		w := world.World{Env: func(name string) (string, bool) { v, ok := test.env[name]; return v, ok }}
		if got := coloursFor(w, &bytes.Buffer{}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Columns stay below one another, with and without colours.
func TestDoctorInColours(t *testing.T) {
	findings := []doctor.Finding{
		{Check: "ports", Subject: "proxy", Status: doctor.OK, Detail: "free"},
		{Check: "clock", Subject: "time", Status: doctor.Fail, Detail: "far off", Remedy: "set it"},
	}
	printed := func(force string) string {
		var out bytes.Buffer
		env := map[string]string{"CLICOLOR_FORCE": force}
		w := world.World{Out: &out, Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok }}
		if err := (&doctorCmd{}).table(w, findings); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	got := map[string]string{"plain": printed(""), "colours": printed("1")}
	want := map[string]string{
		"plain":   "ok    ports  proxy  free\nfail  clock  time   far off\n                    → set it\n",
		"colours": "\x1b[32mok\x1b[0m    ports  proxy  free\n\x1b[31mfail\x1b[0m  clock  time   far off\n\x1b[31m\x1b[0m                    → set it\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
