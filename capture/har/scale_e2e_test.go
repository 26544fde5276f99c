//go:build e2e

package har_test

import "testing"

// TestReadHalfAGigabyte streams 532 MB.
func TestReadHalfAGigabyte(t *testing.T) { stream(t, 2000) }
