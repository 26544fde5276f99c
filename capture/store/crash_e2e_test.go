//go:build e2e

package store_test

import "testing"

func TestNothingAcknowledgedIsLostInFiftyCrashes(t *testing.T) { survives(t, 50) }
