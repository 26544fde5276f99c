package config_test

import (
	"testing"

	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/world"
)

// TestBaseFoldersAreNeverBelowTheCurrentOne goes by the XDG Base Directory Specification: paths
// that are not absolute are passed over. What is known of the user stands in for HOME.
func TestBaseFoldersAreNeverBelowTheCurrentOne(t *testing.T) {
	known := func() string { return "/home/known" }
	for _, test := range []struct {
		env  map[string]string
		home func() string
		want string
	}{
		{map[string]string{"HOME": "/home/ana"}, known, "/home/ana/.local/share"},
		{map[string]string{"HOME": "/home/ana", "XDG_DATA_HOME": "/data"}, known, "/data"},
		{map[string]string{"HOME": "/home/ana", "XDG_DATA_HOME": "data"}, known, "/home/ana/.local/share"},
		{map[string]string{}, known, "/home/known/.local/share"},
		{map[string]string{"HOME": ""}, known, "/home/known/.local/share"},
		{map[string]string{"HOME": "ana"}, known, "/home/known/.local/share"},
		{map[string]string{"HOME": ""}, func() string { return "" }, "/.local/share"},
		{map[string]string{}, nil, "/.local/share"},
	} {
		w := world.World{Env: func(name string) (string, bool) { v, ok := test.env[name]; return v, ok }, Home: test.home}
		if got := config.BaseDir(w, "XDG_DATA_HOME", ".local/share"); got != test.want {
			t.Errorf("%v: %s, expected %s", test.env, got, test.want)
		}
	}
}
