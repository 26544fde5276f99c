//go:build !linux

package server

import "syscall"

// fateOf knows nothing here: an app that has ended its side counts as one that waits for
// its answer, until writing to it fails.
func fateOf(syscall.RawConn) fate { return fateTaken }
