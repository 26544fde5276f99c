package early

import (
	"bytes"
	"errors"
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// TestPopulated has got its memory before it began.
func TestPopulated(t *testing.T) {
	if Populated != nil {
		t.Error(Populated)
	}
}

// TestOnRoom has memory that none of is missing once it was asked for, and which lay
// untouched before.
func TestOnRoom(t *testing.T) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = onRoom(nil, func(from, to uintptr) error {
			forget := advise(from, to, syscall.MADV_DONTNEED)
			before := present(t, from, to)
			if err := errors.Join(forget, advise(from, to, populateWrite)); err != nil {
				t.Error(err)
			}
			all := room/os.Getpagesize() - 1
			if after := present(t, from, to); before != 0 || after != all {
				t.Errorf("%d pages were there before, and %d after, of %d", before, after, all)
			}
			return nil
		})
	}()
	<-done
}

// present is how many pages of a part of the address space are in memory.
func present(t *testing.T, from, to uintptr) int {
	t.Helper()
	pages := make([]byte, int(to-from)/os.Getpagesize())
	if _, _, errno := syscall.Syscall(syscall.SYS_MINCORE, from, to-from, uintptr(unsafe.Pointer(&pages[0]))); errno != 0 {
		t.Error(errno)
	}
	return len(pages) - bytes.Count(pages, []byte{0})
}
