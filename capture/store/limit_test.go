package store_test

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/store/trouble"

	"flagrante/capture/store/storetest"
)

// limited has the system refuse to let files of this process grow over some bytes: writes
// fail as on a disk with errors (setrlimit(2), RLIMIT_FSIZE). It returns how to end that.
func limited(t *testing.T, bytes uint64) (end func()) {
	t.Helper()
	var was syscall.Rlimit
	check(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was))
	check(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: was.Max}))
	return func() { check(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was)) }
}

func TestErrorsOfTheDiskAreToldAndWaitedFor(t *testing.T) {
	path := storetest.Place(t, "")
	s := open(t, path)
	h := watch(s)
	check(t, <-appended(t, s, "a"))
	info, err := os.Stat(path + "-wal")
	check(t, err)
	end := limited(t, uint64(info.Size())+100)
	done := appended(t, s, "b")
	said := h.next(t)
	report, in := s.Trouble()
	ready := s.Ready(t.Context())
	// What is there is read meanwhile.
	_, readErr := s.Failure(t.Context(), "a")
	end()
	if said != "disk false" || !in || report.Cause != trouble.Disk || ready == nil {
		t.Errorf("said %s, trouble %+v, ready: %v", said, report, ready)
	}
	check(t, errors.Join(<-done, readErr))
	if diff := cmp.Diff("disk true", h.next(t)); diff != "" {
		t.Error(diff)
	}
	_, err = s.Failure(t.Context(), "b")
	check(t, err)
	problems, _, err := s.Check(t.Context())
	check(t, err)
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
}
