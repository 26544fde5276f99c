//go:build !linux

package background

// MakeRoom does nothing where no goroutine steps back.
func MakeRoom() {}

// StepBack does nothing where priorities belong to processes only.
func StepBack() {}
