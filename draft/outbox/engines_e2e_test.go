//go:build e2e

package outbox

import (
	"errors"
	"flag"
	"os"
	"testing"

	"flagrante/capture/store/storetest"
)

// TestMain runs the tests on files, and once more on a real PostgreSQL, but for the
// hundred storms, which are about the portal and take minutes.
func TestMain(m *testing.M) {
	os.Exit(storetest.Main(m, func(name, value string) error {
		return errors.Join(flag.Set("test.skip", "^TestAHundredStorms"), os.Setenv(name, value))
	}))
}
