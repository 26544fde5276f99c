package app

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture/background"
	"flagrante/draft/lifecycle"
)

const (
	// rollUpEvery is how long a host that fails as a whole shows as many drafts.
	rollUpEvery = 2 * time.Second
	// rollUpMargin is how long a failure may take from the traffic to the store.
	rollUpMargin = time.Minute
	// rollUpPatience is how long one look at all hosts that fail may take; the end of
	// the program waits for the last one.
	rollUpPatience = 5 * time.Second
)

// roller looks for hosts that fail as a whole while traffic passes, on a goroutine
// of its own. It looks a last time when it is closed.
type roller struct {
	*background.Task
	book *lifecycle.Book
	// stored counts the failures that were stored: without new ones there is
	// nothing to look for.
	stored func() int64
	now    func() time.Time
	log    zerolog.Logger
}

func startRoller(book *lifecycle.Book, stored func() int64, now func() time.Time, log zerolog.Logger) *roller {
	r := &roller{book: book, stored: stored, now: now, log: log}
	r.Task = background.Start(r.run)
	return r
}

func (r *roller) run(ctx context.Context) {
	background.StepBack()
	ticks := time.NewTicker(rollUpEvery)
	defer ticks.Stop()
	var since time.Time
	known := int64(-1)
	// What is there from before can wait until the first calls have passed.
	for stopped := !background.Rest(ctx, startTime/2); !stopped; {
		if stored, at := r.stored(), r.now(); stored != known && r.rollUp(since) {
			known, since = stored, at.Add(-rollUpMargin)
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			stopped = true
		}
	}
	// What came since the last look is looked at before the end.
	r.rollUp(since)
}

func (r *roller) rollUp(since time.Time) bool {
	ctx, cancel := context.WithTimeout(context.Background(), rollUpPatience)
	defer cancel()
	if err := r.book.RollUp(ctx, since); err != nil {
		r.log.Error().Err(err).Msg("hosts that fail as a whole could not be looked for; drafts stay apart until that works")
		return false
	}
	return true
}
