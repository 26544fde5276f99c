package nice

import (
	"runtime"
	"syscall"
)

// Goroutine gives the calling goroutine a thread of its own that steps back behind
// the others of the process, until the goroutine ends. On Linux priorities belong to
// threads (setpriority(2), "C library/kernel differences"), and a thread that stays
// locked ends with its goroutine (runtime.LockOSThread). Where the system refuses, it
// works on as before.
func Goroutine() {
	runtime.LockOSThread()
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), Behind)
}
