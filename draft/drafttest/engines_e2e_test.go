//go:build e2e

package drafttest_test

import (
	"errors"
	"flag"
	"os"
	"testing"

	"flagrante/capture/store/storetest"
)

// TestMain runs the tests on files, and once more on a real PostgreSQL, but for those that
// try the rules of the severity with many recordings, each in a store of its own.
func TestMain(m *testing.M) {
	os.Exit(storetest.Main(m, func(name, value string) error {
		return errors.Join(flag.Set("test.skip", "NeverLower"), os.Setenv(name, value))
	}))
}
