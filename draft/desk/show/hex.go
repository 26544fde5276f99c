package show

import (
	"fmt"
	"strings"
)

// HexSize is how many bytes a part of a dump holds.
const HexSize = 4 << 10

// Hex returns the bytes from an offset on as a dump of at most HexSize bytes:
// offset, sixteen bytes, and those that are printable ASCII.
func Hex(data []byte, from int) string {
	from = max(0, min(from, len(data)-1)) / HexSize * HexSize
	var out strings.Builder
	end := min(from+HexSize, len(data))
	for at := from; at < end; at += 16 {
		line := data[at:min(at+16, end)]
		fmt.Fprintf(&out, "%08x  %-48s  |%s|\n", at, spaced(line), printable(line))
	}
	return out.String()
}

// spaced writes bytes in two groups of eight.
func spaced(line []byte) string {
	var out strings.Builder
	for i, c := range line {
		if i == 8 {
			out.WriteByte(' ')
		}
		fmt.Fprintf(&out, "%02x", c)
		if i < len(line)-1 {
			out.WriteByte(' ')
		}
	}
	return out.String()
}

func printable(line []byte) string {
	seen := make([]byte, len(line))
	for i, c := range line {
		seen[i] = '.'
		if ' ' <= c && c < 0x7f {
			seen[i] = c
		}
	}
	return string(seen)
}
