package resident

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestClean has a program whose linker has relocated a part that is read-only since, as
// /proc/PID/smaps of Linux 6 says it.
func TestClean(t *testing.T) {
	const smaps = `00400000-015d2000 r-xp 00000000 fe:00 9213                               /usr/bin/flagrante
Size:              18248 kB
Rss:                9000 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me
015d2000-02d3a000 r--p 011d2000 fe:00 9213                               /usr/bin/flagrante
Rss:                9000 kB
Anonymous:             0 kB
02d3a000-02d3d000 r--p 0293a000 fe:00 9213                               /usr/bin/flagrante
Anonymous:            12 kB
02d3d000-02f98000 rw-p 0293d000 fe:00 9213                               /usr/bin/flagrante
Anonymous:             0 kB
c000000000-c000400000 rw-p 00000000 00:00 0
Anonymous:          4096 kB
7f0000000000-7f0000008000 r--s 00000000 fe:00 77                         /var/lib/flagrante/flagrante.db-shm
Anonymous:             0 kB
7ffd1f5f2000-7ffd1f5f4000 r-xp 00000000 00:00 0                          [vdso]
Anonymous:             0 kB
`
	got, err := clean(strings.NewReader(smaps))
	want := []span{{0x400000, 0x15d2000}, {0x15d2000, 0x2d3a000}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(span{})); err != nil || diff != "" {
		t.Errorf("%v, want (-) and got (+): %s", err, diff)
	}
}
