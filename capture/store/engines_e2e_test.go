//go:build e2e

package store_test

import (
	"flag"
	"os"
	"testing"

	"flagrante/capture/store/storetest"
)

// TestMain runs the tests on files, and once more on a real PostgreSQL. Benchmarks run
// once: they compare the two.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() != "" {
		os.Exit(m.Run())
	}
	os.Exit(storetest.Main(m, os.Setenv))
}
