package resident

import (
	"bytes"
	"os"
	"runtime/debug"
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

// TestPopulate has no page of the heap around the stack left to be asked for.
func TestPopulate(t *testing.T) {
	// Nothing is given back meanwhile.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	if err := Populate(); err != nil {
		t.Fatal(err)
	}
	var here byte
	at := uintptr(unsafe.Pointer(&here)) / chunk * chunk
	present := make([]byte, chunk/os.Getpagesize())
	if _, _, errno := unix.Syscall(unix.SYS_MINCORE, at, chunk, uintptr(unsafe.Pointer(&present[0]))); errno != 0 {
		t.Fatal(errno)
	}
	if missing := bytes.Count(present, []byte{0}); missing > 0 {
		t.Errorf("%d of %d pages are still to come", missing, len(present))
	}
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
