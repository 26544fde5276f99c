package background_test

import (
	"errors"
	"runtime"
	"syscall"
	"testing"

	"flagrante/capture/background"
)

// The system call answers with 20 less the nice value.
const zero = 20

func priority(t *testing.T, thread int) int {
	t.Helper()
	p, err := syscall.Getpriority(syscall.PRIO_PROCESS, thread)
	if err != nil {
		t.Fatal(err)
	}
	return zero - p
}

func TestOneGoroutineStepsBack(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := priority(t, 0)
	inside, outside := make(chan int), make(chan struct{})
	go func() {
		background.StepBack()
		inside <- syscall.Gettid()
		<-outside
	}()
	thread := <-inside
	if got := priority(t, thread); got != max(before, background.Niceness) {
		t.Errorf("the thread in the background has the nice value %d, want %d", got, max(before, background.Niceness))
	}
	if got := priority(t, 0); got != before {
		t.Errorf("another thread has the nice value %d, had %d", got, before)
	}
	close(outside)
}

func TestWorkIsDoneBehindOthers(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, inside := priority(t, 0), 0
	failed := errors.New("failed")
	err := background.Behind(func() error { inside = priority(t, syscall.Gettid()); return failed })
	if want := max(before, background.Niceness); inside != want || !errors.Is(err, failed) {
		t.Errorf("behind others the nice value was %d, want %d, and the error is %v", inside, want, err)
	}
	if got := priority(t, 0); got != before {
		t.Errorf("whoever waits has the nice value %d, had %d", got, before)
	}
}

func TestWhoStepsBackTakesNoPlaceOfTheTraffic(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	background.MakeRoom()
	if got := runtime.GOMAXPROCS(0); got != before+2 {
		t.Errorf("%d goroutines run at once, and %d before", got, before)
	}
}
