package resident

import (
	"errors"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// piece is how much is mapped at most for an address that is used, in bytes: a quarter of what
// Linux maps around it where the page cache holds single pages.
const piece = 16 << 10

// DropClean has the system forget which pages of the program file, and of the libraries
// that it is linked with, this process has read. They stay in the page cache, from which
// a page is mapped again when it is next used: what only the start needed no longer counts
// as memory of the process (madvise(2), MADV_DONTNEED).
//
// A page cache may hold a file in folios of up to 2 MiB, and Linux maps all of one for a
// byte of it that is used, though not beyond a mapping. So the mappings are divided.
func DropClean() error {
	smaps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return err
	}
	parts, err := clean(smaps)
	for _, part := range parts {
		err = errors.Join(err, divide(part), advise(part, unix.MADV_DONTNEED))
	}
	return errors.Join(err, smaps.Close())
}

// divide makes mappings of a piece each of one, by advice that holds for every second of
// them. It is one without effect: pages that are as in their file are in no core dump.
func divide(part span) error {
	for at := (part.from + piece - 1) / piece * piece; at+piece <= part.to; at += 2 * piece {
		if err := advise(span{at, at + piece}, unix.MADV_DONTDUMP); err != nil {
			return err
		}
	}
	return nil
}

func advise(part span, advice uintptr) error {
	if _, _, errno := unix.Syscall(unix.SYS_MADVISE, part.from, part.to-part.from, advice); errno != 0 {
		return os.NewSyscallError("madvise", errno)
	}
	return nil
}

// room is how much memory Populate asks for, in bytes: with what else a stack has it fills
// 4 MiB, for stacks grow by doubling.
const room = 4<<20 - 64<<10

// Populate has the system give the process memory that its heap comes to next, nearly
// 4 MiB, with one call (madvise(2), MADV_POPULATE_WRITE, since Linux 5.14). Each of the pages
// would else be an exception of its own when it is first used, and those are dear on virtual
// machines: 10 to 20 µs, where a page takes 1 µs here.
//
// The memory is that of a stack: a part of the heap, which grows at once to what the next
// function needs, and which is free again, without a collection, when the goroutine ends.
func Populate() (err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = onRoom(nil, func(stack span) error { return advise(stack, unix.MADV_POPULATE_WRITE) })
	}()
	<-done
	return err
}

// onRoom calls f with the whole pages of the part of its stack that is there for an argument
// which it never passes.
//
//go:noinline
func onRoom(never *[room]byte, f func(span) error) error {
	if never != nil {
		last(*never)
	}
	var here byte
	page := uintptr(os.Getpagesize())
	to := uintptr(unsafe.Pointer(&here)) / page * page
	return f(span{to - room + page, to})
}

//go:noinline
func last(b [room]byte) byte { return b[len(b)-1] }
