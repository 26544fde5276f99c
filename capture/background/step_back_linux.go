package background

import (
	"runtime"
	"syscall"
)

// MakeRoom lets as many goroutines more run at once as step back while traffic is
// heavy: the one that judges and stores, and the one that helps it. Whoever steps back
// keeps its place among GOMAXPROCS while its thread waits for a processor, and the
// traffic would lack that place.
func MakeRoom() {
	const steppingBack = 2
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + steppingBack)
}

// StepBack gives the calling goroutine a thread of its own that steps back behind
// the others of the process, until the goroutine ends. On Linux priorities belong to
// threads (setpriority(2), "C library/kernel differences"), and a thread that stays
// locked ends with its goroutine (runtime.LockOSThread). Where the system refuses, it
// works on as before.
func StepBack() {
	runtime.LockOSThread()
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), Niceness)
}
