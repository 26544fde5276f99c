package early

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// TestReadOnly has a program at addresses of its own, and one whose heap lies before it.
func TestReadOnly(t *testing.T) {
	const fixed = `00400000-00403000 r--p 00000000 fe:00 9213                               /usr/bin/flagrante
00403000-01609000 r-xp 00003000 fe:00 9213                               /usr/bin/flagrante
02c94000-02e2d000 rw-p 02893000 fe:00 9213                               /usr/bin/flagrante
02e2d000-04e7e000 rw-p 00000000 00:00 0                                  [heap]
7f5e446f0000-7f5e44716000 r-xp 00000000 fe:00 77                         /usr/lib/libc.so.6
7ffd1f5f2000-7ffd1f5f4000 r-xp 00000000 00:00 0                          [vdso]
7ffd1f5f4000-7ffd`
	const moved = `2a24f0800000-2a24f0c00000 rw-p 00000000 00:00 0
55d2c0000000-55d2c0003000 r--p 00000000 fe:00 12 /opt/a program
55d2c0003000-55d2c0005000 r-xp 00003000 fe:00 12 /opt/a program
`
	for text, want := range map[string][]span{
		fixed: {{0x400000, 0x403000}, {0x403000, 0x1609000}},
		moved: {{0x55d2c0000000, 0x55d2c0003000}, {0x55d2c0003000, 0x55d2c0005000}},
		"":    nil,
	} {
		if diff := cmp.Diff(want, readOnly([]byte(text)), cmp.AllowUnexported(span{})); diff != "" {
			t.Errorf("want (-) and got (+): %s\n%s", diff, text)
		}
	}
}

// TestTheProgramIsMapped has the system forget what it has mapped of this program.
func TestTheProgramIsMapped(t *testing.T) {
	<-mapped
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	parts := readOnly(maps)
	for _, part := range parts {
		if err := part.advise(unix.MADV_DONTNEED); err != nil {
			t.Fatal(err)
		}
	}
	if err := mapProgram(); err != nil {
		t.Fatal(err)
	}
	for _, part := range parts {
		if got, all := mappedPages(t, part), int(part.to-part.from)/os.Getpagesize(); got != all || all == 0 {
			t.Errorf("%d pages of %d are mapped", got, all)
		}
	}
}

// mappedPages is how many pages of a part are mapped, as proc_pid_pagemap(5) tells it.
func mappedPages(t *testing.T, part span) (n int) {
	t.Helper()
	f, err := os.Open("/proc/self/pagemap")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	const entry, present = 8, 1 << 63
	page := uintptr(os.Getpagesize())
	entries := make([]byte, (part.to-part.from)/page*entry)
	if _, err := f.ReadAt(entries, int64(part.from/page*entry)); err != nil {
		t.Fatal(err)
	}
	for ; len(entries) > 0; entries = entries[entry:] {
		if binary.NativeEndian.Uint64(entries)&present != 0 {
			n++
		}
	}
	return n
}

// TestTheHeapIsMapped has memory that none of is missing once it was asked for, and which lay
// untouched before.
func TestTheHeapIsMapped(t *testing.T) {
	if err := mapHeap(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = onRoom(nil, func(stack span) error {
			forget := stack.advise(unix.MADV_DONTNEED)
			before := present(t, stack)
			if err := errors.Join(forget, stack.advise(populateWrite)); err != nil {
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
