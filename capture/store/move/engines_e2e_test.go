//go:build e2e

package move_test

import (
	"os"
	"testing"

	"flagrante/capture/store/storetest"
)

// TestMain runs the tests on files, and once more on a real PostgreSQL.
func TestMain(m *testing.M) { os.Exit(storetest.Main(m, os.Setenv)) }
