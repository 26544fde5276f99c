package lifecycle_test

import (
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// The clocks of clock_gettime(2) that count what a process and a thread had of the
// processor, to the nanosecond: getrusage(2) counts whole ticks of some milliseconds.
const (
	clockProcess = 2
	clockThread  = 3
)

func used(b *testing.B, clock uintptr) time.Duration {
	b.Helper()
	var t syscall.Timespec
	if _, _, err := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clock, uintptr(unsafe.Pointer(&t)), 0); err != 0 {
		b.Fatal(err)
	}
	return time.Duration(t.Nano())
}
