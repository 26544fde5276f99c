package main

import (
	"context"
	"errors"
	"fmt"

	"flagrante/capture"
	"flagrante/capture/har"
	"flagrante/capture/record"
	"flagrante/capture/store"
	"flagrante/proxy"
)

const (
	// importBatch is the number of calls whose failures are stored together,
	// importBatchBytes the size of bodies from which on fewer are.
	importBatch      = 100
	importBatchBytes = 16 << 20
)

// file imports one recording.
func (n *imported) file(ctx context.Context, w world, to *store.Store, p *record.Pipeline, path string) error {
	f, err := openRecording(ctx, w, path)
	if err != nil {
		return err
	}
	defer f.Close()
	n.Files++
	s := shelf{to: to, sequence: record.NewSequence(p), counts: n}
	tally, readErr := har.Read(f, func(x *proxy.Exchange) error { return s.add(ctx, x) })
	n.add(tally)
	if readErr != nil {
		readErr = &hinted{fmt.Errorf("import %s: %w", path, readErr), "everything else of it is stored, and importing it again doubles nothing: record the rest again, or correct the file"}
	}
	return errors.Join(readErr, s.flush(ctx), to.ForgetCounted(ctx))
}

func (n *imported) add(t har.Tally) {
	n.Calls += t.Calls
	n.NotHTTP += t.NotHTTP
	n.Cached += t.Cached
	n.Blocked += t.Blocked
	n.Unreadable += t.Unreadable
}

// shelf stores failures together.
type shelf struct {
	to       *store.Store
	sequence *record.Sequence
	counts   *imported
	// counted are the calls since the last flush that had not been counted.
	counted []capture.Counted
	// calls and size, in bytes of failures' bodies, are since the last flush.
	calls, size int
}

func (s *shelf) add(ctx context.Context, x *proxy.Exchange) error {
	s.calls++
	take := s.sequence.Add
	known, err := s.to.Counted(ctx, x.ID)
	switch {
	case err != nil:
		return err
	case known:
		take = s.sequence.AddCounted
	default:
		s.counted = append(s.counted, capture.Counted{ID: x.ID, Time: x.Start})
	}
	if f := take(x); f != nil {
		s.counts.Failures++
		s.size += len(f.Exchange.Request.Body.Data)
		if f.Exchange.Response != nil {
			s.size += len(f.Exchange.Response.Body.Data)
		}
	}
	if s.calls < importBatch && s.size < importBatchBytes {
		return nil
	}
	return s.flush(ctx)
}

func (s *shelf) flush(ctx context.Context) error {
	batch := s.sequence.Take()
	batch.Traffic, batch.Counted = s.sequence.Traffic(), s.counted
	stored, err := s.to.Append(ctx, batch)
	if err != nil {
		return err
	}
	s.counts.New += stored
	s.counts.Known += len(batch.Failures) - stored
	s.counted, s.calls, s.size = nil, 0, 0
	return nil
}
