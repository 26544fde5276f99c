package config

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/cmd/flagrante/internal/world/worldtest"
	"flagrante/proxy/server"
)

func TestAccessOfAConfiguration(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("of the file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := worldtest.New()
	w.Env = func(name string) (string, bool) {
		value, ok := map[string]string{"P": "of the variable", "EMPTY": ""}[name]
		return value, ok
	}
	var conf Config
	conf.Proxy.Allow = []string{"10.1.2.3/8", "192.0.2.7"}
	conf.Proxy.Users = []userConfig{{Name: "ana", PasswordEnv: "P"}, {Name: "bia", PasswordFile: file}}
	got, err := conf.Access(w)
	if err != nil {
		t.Fatal(err)
	}
	want := server.Access{
		Allow: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32")},
		Users: []server.User{{Name: "ana", Password: "of the variable"}, {Name: "bia", Password: "of the file"}},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Prefix{})); diff != "" {
		t.Errorf("another access (-want +got):\n%s", diff)
	}
	for name, users := range map[string][]userConfig{
		"no name":          {{PasswordEnv: "P"}},
		"a colon":          {{Name: "a:b", PasswordEnv: "P"}},
		"twice":            {{Name: "ana", PasswordEnv: "P"}, {Name: "ana", PasswordFile: file}},
		"no password":      {{Name: "ana"}},
		"an empty one":     {{Name: "ana", PasswordEnv: "EMPTY"}},
		"an unset one":     {{Name: "ana", PasswordEnv: "UNSET"}},
		"two passwords":    {{Name: "ana", PasswordEnv: "P", PasswordFile: file}},
		"no file":          {{Name: "ana", PasswordFile: file + ".none"}},
		"a folder as file": {{Name: "ana", PasswordFile: filepath.Dir(file)}},
	} {
		conf.Proxy.Users = users
		if _, err := conf.Access(w); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
