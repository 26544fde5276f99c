//go:build !linux

package lifecycle_test

import (
	"syscall"
	"testing"
	"time"
)

// Other systems do not say what one thread had: both are the process.
const (
	clockProcess = syscall.RUSAGE_SELF
	clockThread  = syscall.RUSAGE_SELF
)

func used(b *testing.B, who int) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
