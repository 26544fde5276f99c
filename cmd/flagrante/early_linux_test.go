package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

// TestPagesAreMappedFirst has the runtime tell in which order packages are initialised.
func TestPagesAreMappedFirst(t *testing.T) {
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	again.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	order, err := again.CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	ours := bytes.Index(order, []byte("init flagrante/cmd/flagrante/internal/early"))
	theirs := bytes.Index(order, []byte("init github.com/yuin/goldmark"))
	if ours < 0 || theirs < ours {
		t.Errorf("what the start uses is mapped after packages are initialised that use it:\n%s", order)
	}
}
