package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"
)

const (
	// progressTerminal is how often a person sees the progress, progressLines how
	// often a log does.
	progressTerminal = 200 * time.Millisecond
	progressLines    = 10 * time.Second
)

// recording is a file that is being imported. It shows on the standard error how
// far that is: a line that changes on a terminal, lines below one another
// elsewhere.
type recording struct {
	ctx   context.Context
	file  *os.File
	name  string
	w     world
	every time.Duration
	// size and read are in bytes; size is 0 where it is not known.
	size, read int64
	next       time.Time
	shown      bool
}

// openRecording opens a file, or the standard input for "-". Reading ends with
// ctx.
func openRecording(ctx context.Context, w world, path string) (*recording, error) {
	r := &recording{ctx: ctx, name: path, w: w, file: os.Stdin, every: progressLines}
	if path == "-" {
		r.name = "the standard input"
	} else {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		r.file = f
	}
	if info, err := r.file.Stat(); err == nil && info.Mode().IsRegular() {
		r.size = info.Size()
	}
	if isTerminal(w.err) {
		r.every = progressTerminal
	}
	r.next = w.now().Add(r.every)
	return r, nil
}

// Read reads from the file, and shows the progress when it is due.
func (r *recording) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.file.Read(p)
	r.read += int64(n)
	if now := r.w.now(); now.After(r.next) {
		r.next = now.Add(r.every)
		r.show()
	}
	return n, err
}

func (r *recording) show() {
	text := fmt.Sprintf("import %s: %d MiB read", r.name, r.read>>20)
	if r.size > 0 {
		text = fmt.Sprintf("import %s: %d%% of %d MiB", r.name, 100*r.read/r.size, r.size>>20)
	}
	if r.every == progressTerminal {
		r.shown = true
		text = "\r\x1b[K" + text
	} else {
		text += "\n"
	}
	_, _ = io.WriteString(r.w.err, text) // Progress that can't be shown is no reason to end.
}

// Close removes the progress from the terminal, and closes the file.
func (r *recording) Close() error {
	if r.shown {
		_, _ = io.WriteString(r.w.err, "\r\x1b[K")
	}
	if r.file == os.Stdin {
		return nil
	}
	return r.file.Close()
}
