package outbox

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture/background"
)

// tick is how long the worker waits at most: other processes put exports into the
// same outbox.
const tick = 15 * time.Second

// Start begins to do what is due: one thing after the other, so that there is one
// connection to portals at a time. What it was at when it is closed goes on at the next
// start.
func Start(o *Outbox, log zerolog.Logger) *background.Task {
	return background.Start(func(ctx context.Context) { o.work(ctx, log) })
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
