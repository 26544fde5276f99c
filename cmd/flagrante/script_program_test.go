//go:build !e2e

package main_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	program "flagrante/cmd/flagrante"
)

// runWithProgram has this test program be the one that scripts start, since to link
// another takes as long as many stories. With e2e they start what users build.
func runWithProgram(m *testing.M) {
	testscript.Main(m, map[string]func(){"flagrante": func() { program.Main(builtVersion) }})
}
