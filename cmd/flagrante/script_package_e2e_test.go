//go:build e2e

package main_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestPackages makes what is released, installs it on a machine of its own, and starts
// what it brings.
func TestPackages(t *testing.T) {
	where, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	caches, err := exec.CommandContext(t.Context(), "go", "env", "GOCACHE", "GOMODCACHE", "GOPATH").Output()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: "../../testdata/script-e2e/package", Cmds: commands(), Setup: func(env *testscript.Env) error {
		env.Setenv("ROOT", where)
		for i, value := range strings.Fields(string(caches)) {
			env.Setenv([]string{"GOCACHE", "GOMODCACHE", "GOPATH"}[i], value)
		}
		return setUp(env)
	}})
}
