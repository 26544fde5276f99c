package main

import (
	"context"
	"fmt"
	"os"

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/progress"
	"flagrante/cmd/flagrante/internal/world"
)

// recording is a file that is being imported, which shows how far that is.
type recording struct {
	ctx  context.Context
	file *os.File
	bar  *progress.Bar
}

// openRecording opens a file, or the standard input for "-". Reading ends with
// ctx.
func openRecording(ctx context.Context, w world.World, path string) (*recording, error) {
	r := &recording{ctx: ctx, file: os.Stdin}
	name := "the standard input"
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, hinted.New(fmt.Errorf("import: %w", err), "name a HAR file that is there and that you may read; - is the standard input")
		}
		r.file, name = f, path
	}
	var size int64
	if info, err := r.file.Stat(); err == nil && info.Mode().IsRegular() {
		size = info.Size()
	}
	r.bar = progressOf(w, "import "+name, progress.Bytes, size)
	return r, nil
}

// progressOf begins to show how far long work is, on the standard error.
func progressOf(w world.World, name string, unit progress.Unit, total int64) *progress.Bar {
	return progress.Start(progress.Options{Out: w.Err, Terminal: world.IsTerminal(w.Err), Now: w.Now, Name: name, Unit: unit, Total: total})
}

// Read reads from the file.
func (r *recording) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.file.Read(p)
	r.bar.Add(int64(n))
	return n, err
}

// Close removes the progress from the terminal, and closes the file.
func (r *recording) Close() error {
	r.bar.Close()
	if r.file == os.Stdin {
		return nil
	}
	return r.file.Close()
}
