package main

import (
	"context"
	"errors"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture/nice"
	"flagrante/draft/lifecycle"
)

const (
	// refreshEvery is how long a list may show a draft as it was before its evidence
	// grew, when nobody opens the list.
	refreshEvery = 2 * time.Second
	// refreshAtOnce is how many drafts are concluded in one go.
	refreshAtOnce = 100
	// refreshRest is how many times as long as it worked the refresher rests, so that
	// the traffic keeps the machine.
	refreshRest = 10
)

// refresher brings the rows of drafts up to date while traffic passes, on a
// goroutine of its own.
type refresher struct {
	book *lifecycle.Book
	now  func() time.Time
	log  zerolog.Logger
	stop context.CancelFunc
	done chan struct{}
}

func startRefresher(book *lifecycle.Book, now func() time.Time, log zerolog.Logger) *refresher {
	ctx, stop := context.WithCancel(context.Background())
	r := &refresher{book: book, now: now, log: log, stop: stop, done: make(chan struct{})}
	go r.run(ctx)
	return r
}

func (r *refresher) run(ctx context.Context) {
	defer close(r.done)
	nice.Goroutine()
	rest := time.NewTimer(refreshEvery)
	defer rest.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-rest.C:
		}
		begun := r.now()
		left, err := r.book.Refresh(ctx, refreshAtOnce)
		if err != nil && !errors.Is(err, context.Canceled) {
			r.log.Error().Err(err).Msg("drafts could not be brought up to date; lists do it when they are opened")
		}
		pause := refreshRest * r.now().Sub(begun)
		if !left || err != nil {
			pause = max(pause, refreshEvery)
		}
		rest.Reset(pause)
	}
}

// Close ends the work where it is; lists go on with it.
func (r *refresher) Close() {
	r.stop()
	<-r.done
}
