package redact

import (
	"strings"
	"testing"
)

// TestWorkOfMasksInXML holds that hostile text of many elements that look like masks is
// looked through once for each name, not once for each element.
func TestWorkOfMasksInXML(t *testing.T) {
	const n = 20_000
	r := New()
	for _, s := range []string{strings.Repeat("<token>", n), strings.Repeat("<a>x<password>y", n) + "</password>"} {
		x := &xmlWalk{walk: r.walk(nil), s: s, stack: []place{{}}}
		for i := 0; i < len(s); {
			i = x.step(i)
		}
		if names := len(secretNames()); x.searched > names*len(s) || x.searched == 0 {
			t.Errorf("%d bytes were searched in %d", x.searched, len(s))
		}
	}
}

func secretNames() []string {
	return []string{"token", "password", "cookie", "private_key", "cvv", "secret"}
}
