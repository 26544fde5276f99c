package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"flagrante/capture/har"
	"flagrante/capture/intake"
	"flagrante/capture/record"
	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
)

// maxReadTwice is up to which size, in bytes, a recording is read for its paths before it
// is imported.
const maxReadTwice = 64 << 20

// learnPaths learns from a recording which places in paths hold values. Of one that is
// long or can't be read twice they are learned on the way.
func learnPaths(p *record.Pipeline, path string) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxReadTwice {
		return
	}
	f, err := os.Open(path)
	if err != nil {
		return
	}
	defer f.Close()
	// What is wrong with it is told when it is imported.
	_ = intake.Learn(f, p)
}

// file imports one recording.
func (n *imported) file(ctx context.Context, w world.World, to *store.Store, p *record.Pipeline, path string) error {
	f, err := openRecording(ctx, w, path)
	if err != nil {
		return err
	}
	defer f.Close()
	n.Files++
	counts, err := intake.Recording(ctx, f, to, p)
	n.add(counts)
	if errors.Is(err, har.ErrNoHAR) {
		return hinted.New(fmt.Errorf("import %s: %w", path, err), "give a HAR, as browsers, Insomnia, Charles and Fiddler export it; of a file of flows, mitmproxy makes one with `mitmdump -nr FLOWS --set hardump=OUT.har`")
	}
	var broken *intake.BrokenError
	if errors.As(err, &broken) {
		return hinted.New(fmt.Errorf("import %s: %w", path, err), "everything else of it is stored, and importing it again doubles nothing: record the rest again, or correct the file")
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
