// Package intake takes recordings into the store: every call of an archive goes the
// way of the traffic, with the times of the recording.
package intake

import (
	"context"
	"errors"
	"io"

	"flagrante/capture"
	"flagrante/capture/har"
	"flagrante/capture/record"
	"flagrante/capture/store"
	"flagrante/proxy"
)

const (
	// batch is the number of calls whose failures are stored together, batchBytes the
	// size of bodies from which on fewer are.
	batch      = 100
	batchBytes = 16 << 20
)

// Counts say what became of the calls of a recording.
type Counts struct {
	har.Tally
	Failures int
	// New are the failures that were not in the store before, Known those that were.
	New, Known int
}

// BrokenError says that a recording could not be read to its end. What came before is
// stored.
type BrokenError struct{ Err error }

func (e *BrokenError) Error() string { return e.Err.Error() }

func (e *BrokenError) Unwrap() error { return e.Err }

// Recording stores the failures of the HTTP archive in r, and counts its calls. The
// same call of the same recording is counted and stored once, however often it comes.
// What is wrong with the recording is a BrokenError.
func Recording(ctx context.Context, r io.Reader, to *store.Store, p *record.Pipeline) (Counts, error) {
	s := shelf{to: to, sequence: record.NewSequence(p)}
	tally, readErr := har.Read(r, func(x *proxy.Exchange) error { return s.add(ctx, x) })
	s.counts.Tally = tally
	if readErr != nil {
		readErr = &BrokenError{readErr}
	}
	return s.counts, errors.Join(readErr, s.flush(ctx), to.ForgetCounted(ctx))
}

// Learn takes the paths of the calls in r, so that those of the beginning are grouped
// with what the end tells of them. What can't be read is left to Recording to tell.
func Learn(r io.Reader, p *record.Pipeline) error {
	_, err := har.Read(r, func(x *proxy.Exchange) error {
		p.LearnCall(x.Request)
		return nil
	})
	return err
}

// shelf stores failures together.
type shelf struct {
	to       *store.Store
	sequence *record.Sequence
	counts   Counts
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
	if s.calls < batch && s.size < batchBytes {
		return nil
	}
	return s.flush(ctx)
}

func (s *shelf) flush(ctx context.Context) error {
	all := s.sequence.Take()
	all.Traffic, all.Counted = s.sequence.Traffic(), s.counted
	stored, err := s.to.Append(ctx, all)
	if err != nil {
		return err
	}
	s.counts.New += stored
	s.counts.Known += len(all.Failures) - stored
	s.counted, s.calls, s.size = nil, 0, 0
	return nil
}
