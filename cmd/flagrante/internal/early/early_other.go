//go:build !linux

// Package early does nothing: only on Linux is it known to help.
package early
