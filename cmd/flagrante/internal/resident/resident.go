// Package resident gives back memory that a process holds and does not use.
package resident

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// span is a part of the address space, from its first address to the one after its last.
type span struct{ from, to uintptr }

// clean returns the parts in which files are mapped that can't be written to and of
// which no page differs from its file, as the text of /proc/PID/smaps lists them. A part
// that the linker has relocated before it was made read-only has such pages.
func clean(smaps io.Reader) ([]span, error) {
	var all []span
	var at span
	candidate := false
	lines := bufio.NewScanner(smaps)
	for lines.Scan() {
		key, rest, _ := strings.Cut(lines.Text(), " ")
		switch {
		case !strings.HasSuffix(key, ":"):
			fields := strings.Fields(rest)
			_, err := fmt.Sscanf(key, "%x-%x", &at.from, &at.to)
			candidate = err == nil && len(fields) >= 4 && !strings.Contains(fields[0], "w") && strings.HasSuffix(fields[0], "p") && fields[3] != "0"
		case key == "Anonymous:" && candidate && strings.TrimSpace(rest) == "0 kB":
			all = append(all, at)
		}
	}
	return all, lines.Err()
}
