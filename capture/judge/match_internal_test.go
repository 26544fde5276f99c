package judge

import (
	"strconv"
	"strings"
	"testing"
)

// TestStatusesAreMatchedAsTheyAreWritten compares with the digits of every status that an
// answer may have, and of some that it may not.
func TestStatusesAreMatchedAsTheyAreWritten(t *testing.T) {
	patterns := []string{"404", "4xx", "5XX", "207", "1x4", "xxx", "000", "40", "4040", ""}
	for status := -1; status < 1100; status++ {
		code := strconv.Itoa(status)
		for _, p := range patterns {
			want := len(code) == 3 && (p == code || len(p) == 3 && strings.EqualFold(p, code[:1]+"xx"))
			if got := matchStatus([]string{p}, status); got != want {
				t.Errorf("%q matches %d: %v", p, status, got)
			}
		}
	}
}
