package app

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture/background"
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
	// refreshPatience is how long a refresh may take or fail before it is said.
	refreshPatience = time.Minute
)

// refresher brings the rows of drafts up to date while traffic passes, on a
// goroutine of its own. After its end lists do so when they are opened.
type refresher struct {
	*background.Task
	refresh func(ctx context.Context, limit int) (left bool, err error)
	now     func() time.Time
	log     zerolog.Logger
	// since is when it began what has not ended well yet, in nanoseconds; 0 for nothing.
	since atomic.Int64
}

func startRefresher(book *lifecycle.Book, now func() time.Time, log zerolog.Logger) *refresher {
	r := &refresher{refresh: book.Refresh, now: now, log: log}
	r.Task = background.Start(r.run)
	return r
}

func (r *refresher) run(ctx context.Context) {
	background.StepBack()
	for rest := refreshEvery; background.Rest(ctx, rest); {
		rest = r.once(ctx)
	}
}

// once concludes some drafts, and returns how long to rest.
func (r *refresher) once(ctx context.Context) time.Duration {
	begun := r.now()
	r.since.CompareAndSwap(0, begun.UnixNano())
	left, err := r.refresh(ctx, refreshAtOnce)
	if err == nil {
		r.since.Store(0)
	} else if !errors.Is(err, context.Canceled) {
		r.log.Error().Err(err).Msg("drafts could not be brought up to date; lists do it when they are opened")
	}
	pause := refreshRest * r.now().Sub(begun)
	if !left || err != nil {
		pause = max(pause, refreshEvery)
	}
	return pause
}

// stuck reports that drafts have not been concluded for too long, though it was tried.
func (r *refresher) stuck() bool {
	since := r.since.Load()
	return since != 0 && r.now().Sub(time.Unix(0, since)) > refreshPatience
}
