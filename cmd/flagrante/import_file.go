package main

import (
	"context"
	"errors"
	"fmt"

	"flagrante/capture/intake"
	"flagrante/capture/record"
	"flagrante/capture/store"
)

// file imports one recording.
func (n *imported) file(ctx context.Context, w world, to *store.Store, p *record.Pipeline, path string) error {
	f, err := openRecording(ctx, w, path)
	if err != nil {
		return err
	}
	defer f.Close()
	n.Files++
	counts, err := intake.Recording(ctx, f, to, p)
	n.add(counts)
	var broken *intake.BrokenError
	if errors.As(err, &broken) {
		return &hinted{fmt.Errorf("import %s: %w", path, err), "everything else of it is stored, and importing it again doubles nothing: record the rest again, or correct the file"}
	}
	return err
}

func (n *imported) add(c intake.Counts) {
	n.Calls += c.Calls
	n.Failures += c.Failures
	n.New += c.New
	n.Known += c.Known
	n.NotHTTP += c.NotHTTP
	n.Cached += c.Cached
	n.Blocked += c.Blocked
	n.Unreadable += c.Unreadable
}
