package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"flagrante/cmd/flagrante/internal/world"
)

// TestImportShowsProgress reads a file with a clock that makes a step with each
// look at it.
func TestImportShowsProgress(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.har")
	if err := os.WriteFile(path, make([]byte, 4<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	var shown bytes.Buffer
	at := time.Unix(0, 0)
	w := world.World{Err: &shown, Now: func() time.Time { at = at.Add(6 * time.Second); return at }}
	f, err := openRecording(t.Context(), w, path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for range 4 {
		if _, err := io.ReadFull(f, make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	want := "import " + path + ": 50% of 4 MiB, 12s left\nimport " + path + ": 100% of 4 MiB, 0s left\n"
	if shown.String() != want {
		t.Errorf("%q, want %q", shown.String(), want)
	}
}

func TestImportEndsWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.har")
	if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	f, err := openRecording(ctx, world.World{Now: time.Now}, path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cancel()
	if _, err := f.Read(make([]byte, 1)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
