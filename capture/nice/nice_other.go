//go:build !linux

package nice

// Goroutine does nothing where priorities belong to processes only.
func Goroutine() {}
