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
	caches, err := exec.CommandContext(t.Context(), "go", "env", "GOCACHE", "GOMODCACHE", "GOPATH", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	// The image is built without a network.
	download := exec.CommandContext(t.Context(), "go", "mod", "download")
	download.Dir = where
	if out, err := download.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	testscript.Run(t, testscript.Params{Dir: "../../testdata/script-e2e/package", Cmds: commands(), Setup: func(env *testscript.Env) error {
		env.Setenv("ROOT", where)
		for i, value := range strings.Fields(string(caches)) {
			env.Setenv([]string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOROOT"}[i], value)
		}
		return setUp(env)
	}})
}
