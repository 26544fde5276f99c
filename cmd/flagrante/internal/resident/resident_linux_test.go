package resident

import (
	"bytes"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// TestDropClean has less of the program file in memory afterwards, and goes on.
func TestDropClean(t *testing.T) {
	before := ofFiles(t)
	if err := DropClean(); err != nil {
		t.Fatal(err)
	}
	if after := ofFiles(t); after >= before {
		t.Errorf("%d KiB of files are in memory, of %d before", after, before)
	}
}

// TestPopulate has memory that none of is missing once it was asked for, and which lay
// untouched before.
func TestPopulate(t *testing.T) {
	if err := Populate(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = onRoom(nil, func(stack span) error {
			forget := advise(stack, unix.MADV_DONTNEED)
			before := present(t, stack)
			if err := errors.Join(forget, advise(stack, unix.MADV_POPULATE_WRITE)); err != nil {
				t.Error(err)
			}
			all := room/os.Getpagesize() - 1
			if after := present(t, stack); before != 0 || after != all {
				t.Errorf("%d pages were there before, and %d after, of %d", before, after, all)
			}
			return nil
		})
	}()
	<-done
}

// present is how many pages of a part of the address space are in memory.
func present(t *testing.T, part span) int {
	t.Helper()
	pages := make([]byte, int(part.to-part.from)/os.Getpagesize())
	if _, _, errno := unix.Syscall(unix.SYS_MINCORE, part.from, part.to-part.from, uintptr(unsafe.Pointer(&pages[0]))); errno != 0 {
		t.Error(errno)
	}
	return len(pages) - bytes.Count(pages, []byte{0})
}

// ofFiles is how much of files this process has in memory, in KiB.
func ofFiles(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "RssFile:")
	n, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
