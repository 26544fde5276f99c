package resident

import (
	"os"
	"strconv"
	"strings"
	"testing"
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
