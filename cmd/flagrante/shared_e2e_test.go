//go:build e2e

package main_test

import (
	"net/url"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"flagrante/capture/store/storetest"
)

// TestScriptsOnASharedDatabase tells stories that have one store each once more, with
// that in a real PostgreSQL, over TLS, and the password in the environment.
func TestScriptsOnASharedDatabase(t *testing.T) {
	server := storetest.Running(t)
	var files []string
	for _, name := range []string{"change", "country", "desk", "filter", "kill9", "kinds", "regroup"} {
		files = append(files, filepath.Join(root, "testdata", "script", name+".txtar"))
	}
	files = append(files, filepath.Join(root, "testdata", "script-shared", "shared.txtar"))
	testscript.Run(t, testscript.Params{Files: files, Cmds: commands(), RequireUniqueNames: true, Setup: func(env *testscript.Env) error {
		address, err := url.Parse(storetest.Place(t, server.Address))
		if err != nil {
			return err
		}
		password, _ := address.User.Password()
		address.User = url.User(address.User.Username())
		env.Setenv("FLAGRANTE_STORE", address.String())
		env.Setenv("PGPASSWORD", password)
		return setUp(env)
	}})
}
