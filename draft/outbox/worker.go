package outbox

import (
	"context"
	"time"

	"github.com/rs/zerolog"
)

// tick is how long the worker waits at most: other processes put exports into the
// same outbox.
const tick = 15 * time.Second

// Worker does what is due: one thing after the other, so that there is one connection
// to portals at a time.
type Worker struct {
	stop context.CancelFunc
	done chan struct{}
}

// Start returns a Worker that runs until Close.
func Start(o *Outbox, log zerolog.Logger) *Worker {
	ctx, stop := context.WithCancel(context.Background())
	w := &Worker{stop: stop, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		o.work(ctx, log)
	}()
	return w
}

// Close stops the worker and waits until it has. What it was at goes on at the next
// start.
func (w *Worker) Close() {
	w.stop()
	<-w.done
}

func (o *Outbox) work(ctx context.Context, log zerolog.Logger) {
	looked := map[string]time.Time{}
	for ctx.Err() == nil {
		next, err := o.Due(ctx)
		warn(ctx, log, err, "an export could not go on")
		warn(ctx, log, o.Poll(ctx), "the state of a ticket is not known")
		warn(ctx, log, o.Tell(ctx, looked), "a ticket was not commented on")
		wait := tick
		if !next.IsZero() {
			wait = min(wait, max(next.Sub(o.Now()), time.Second))
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-o.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// warn logs an error, unless it comes of the end.
func warn(ctx context.Context, log zerolog.Logger, err error, what string) {
	if err != nil && ctx.Err() == nil {
		log.Warn().Err(err).Msg(what)
	}
}
