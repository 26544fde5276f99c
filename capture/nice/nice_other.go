//go:build !linux

package nice

// MakeRoom does nothing where no goroutine steps back.
func MakeRoom() {}

// Goroutine does nothing where priorities belong to processes only.
func Goroutine() {}
