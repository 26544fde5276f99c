package early

import (
	"bytes"
	"errors"
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

// mapped is closed when all is.
var mapped = begin() //nolint:gochecknoglobals // Nothing but a variable is made before other packages are initialised.

// begin maps the heap, and the program beside what is done next. Where that is not possible the pages come one by
// one, as ever.
func begin() <-chan struct{} {
	all := make(chan struct{})
	go func() {
		defer close(all)
		_ = mapProgram()
	}()
	_ = mapHeap()
	return all
}

// What madvise(2) is asked for, since Linux 5.14: to map pages as if each were read, or written.
const (
	populateRead  = 22
	populateWrite = 23
)

// span is a part of the address space, from its first address to the one after its last.
type span struct{ from, to uintptr }

func (s span) advise(advice uintptr) error {
	if _, _, errno := syscall.Syscall(syscall.SYS_MADVISE, s.from, s.to-s.from, advice); errno != 0 {
		return os.NewSyscallError("madvise", errno)
	}
	return nil
}

// mapProgram maps the code of the program and what it never writes, of which the start uses the greater part
// of all pieces in which Linux maps a file. What the page cache does not have is read from the disk.
func mapProgram() error {
	maps, err := os.ReadFile("/proc/self/maps")
	for _, part := range readOnly(maps) {
		err = errors.Join(err, part.advise(populateRead))
	}
	return err
}

// readOnly returns the parts in which the first file of maps is mapped and can't be written to, as
// proc_pid_maps(5) lists them.
func readOnly(maps []byte) (parts []span) {
	var program []byte
	for line := range bytes.Lines(maps) {
		fields := bytes.Fields(line)
		if len(fields) < 6 || string(fields[4]) == "0" {
			continue
		}
		if program == nil {
			program = fields[4]
		}
		from, to, _ := bytes.Cut(fields[0], []byte("-"))
		part, err := parse(from, to)
		if err == nil && bytes.Equal(fields[4], program) && fields[1][0] == 'r' && fields[1][1] == '-' {
			parts = append(parts, part)
		}
	}
	return parts
}

func parse(from, to []byte) (span, error) {
	first, err := strconv.ParseUint(string(from), 16, 64)
	if err != nil {
		return span{}, err
	}
	end, err := strconv.ParseUint(string(to), 16, 64)
	return span{uintptr(first), uintptr(end)}, err
}

// room is how much memory the heap is given, in bytes: with what else a stack has it fills 4 MiB, for
// stacks grow by doubling.
const room = 4<<20 - 64<<10

// mapHeap maps memory that the heap comes to next: that of a stack, which is a part of the heap, grows at
// once to what the next function needs, and is free again, without a collection, when the goroutine ends.
func mapHeap() (err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		err = onRoom(nil, func(stack span) error { return stack.advise(populateWrite) })
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
