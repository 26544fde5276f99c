//go:build !linux

package resident

// DropClean does nothing: only on Linux is it known to help.
func DropClean() error { return nil }
