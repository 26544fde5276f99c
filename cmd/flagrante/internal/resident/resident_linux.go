package resident

import (
	"errors"
	"os"

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
