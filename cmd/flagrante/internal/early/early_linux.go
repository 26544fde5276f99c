// Package early gives the program memory before most packages are initialised. It imports
// only what Go initialises first.
package early

import (
	"syscall"
	"unsafe"
)

const (
	// room is how much memory Populate asks for, in bytes: with what else a stack has it
	// fills 4 MiB, for stacks grow by doubling.
	room = 4<<20 - 64<<10
	// populateWrite is MADV_POPULATE_WRITE of madvise(2), of Linux 5.14.
	populateWrite = 23
)

// Populated is what became of asking for memory while the program was initialised. Where that
// is not possible, the pages come one by one, as ever.
//
//nolint:gochecknoglobals // Nothing else runs before the packages that are initialised.
var Populated = populate()

// populate has the system give the process memory that its heap comes to next, nearly
// 4 MiB, with one call. Each of the pages would else be an exception of its own when it is
// first used, and those are dear on virtual machines: 10 to 20 µs, where a page takes 1 µs
// here.
//
// The memory is that of a stack: a part of the heap, which grows at once to what the next
// function needs, and which is free again, without a collection, when the goroutine ends.
func populate() (err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = onRoom(nil, func(from, to uintptr) error { return advise(from, to, populateWrite) })
	}()
	<-done
	return err
}

func advise(from, to, advice uintptr) error {
	if _, _, errno := syscall.Syscall(syscall.SYS_MADVISE, from, to-from, advice); errno != 0 {
		return errno
	}
	return nil
}

// onRoom calls f with the whole pages of the part of its stack that is there for an argument
// which it never passes.
//
//go:noinline
func onRoom(never *[room]byte, f func(from, to uintptr) error) error {
	if never != nil {
		last(*never)
	}
	var here byte
	page := uintptr(syscall.Getpagesize())
	to := uintptr(unsafe.Pointer(&here)) / page * page
	return f(to-room+page, to)
}

//go:noinline
func last(b [room]byte) byte { return b[len(b)-1] }
