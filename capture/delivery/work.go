package delivery

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture"
	"flagrante/capture/background"
)

// Taken is what was stored of deliveries at once.
type Taken struct {
	// Origin is who caught it.
	Origin Origin
	// Batch is what the deliveries held.
	Batch capture.Batch
	// Stored is how many of its failures were new.
	Stored int
	// Deliveries is how many were taken, Refused how many of those were put aside,
	// because they can't be stored.
	Deliveries, Refused int
	// Twins is how many came of a second machine that sends with the numbers of the first. They are
	// stored, too.
	Twins int
}

// Taker is the team's store.
type Taker interface {
	// Take stores the next deliveries of one stream that nobody else is at, each once
	// and in its order, and takes them away, in one transaction. It is that stream where
	// one is named, else any. Before that alter may change what they hold. Where there are
	// none it returns nothing.
	Take(ctx context.Context, stream string, alter func(*capture.Batch)) (Taken, error)
	// Waits reports whether deliveries of a stream are there.
	Waits(ctx context.Context, stream string) (bool, error)
	// Arrived tells that deliveries may have come.
	Arrived() <-chan struct{}
}

const (
	// lookEvery is how often a Worker looks for deliveries of which nobody told.
	lookEvery = time.Second
	// takePatience is how long one transaction may take.
	takePatience = time.Minute
	// settleTick is how often Settle looks whether others are done with the stream, and
	// settleIdle how often it does in vain.
	settleTick = 50 * time.Millisecond
	settleIdle = 20
)

// Worker stores what deliveries hold, on a goroutine of its own. Any number of them may
// work at one store, in as many processes.
type Worker struct {
	task   *background.Task
	store  Taker
	alter  func(*capture.Batch)
	tell   func(Taken)
	log    zerolog.Logger
	mu     sync.Mutex
	failed bool
}

// Work starts a Worker that runs until Close. It changes batches by alter before they
// are stored, and tells what it stored.
func Work(store Taker, alter func(*capture.Batch), tell func(Taken), log zerolog.Logger) *Worker {
	w := &Worker{store: store, alter: alter, tell: tell, log: log}
	w.task = background.Start(w.run)
	return w
}

// Close ends the work. What was begun is either stored or still there.
func (w *Worker) Close() { w.task.Close() }

func (w *Worker) run(ctx context.Context) {
	background.StepBack()
	ticks := time.NewTicker(lookEvery)
	defer ticks.Stop()
	for {
		for more := true; more; {
			more = w.once(ctx)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		case <-w.store.Arrived():
		}
	}
}

// Settle stores what is there of one stream, and nothing of others, which somebody else
// will. It returns when all is stored, when others are at it or can't, or ctx ends.
func (w *Worker) Settle(ctx context.Context, stream string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	tick := time.NewTicker(settleTick)
	defer tick.Stop()
	for idle := 0; idle < settleIdle; {
		if w.take(ctx, stream) {
			idle = 0
			continue
		}
		if waits, err := w.store.Waits(ctx, stream); err != nil || !waits {
			return
		}
		// Another process is at them, or they are of a newer program.
		idle++
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// once takes some deliveries of any stream now, and reports whether there may be more.
func (w *Worker) once(ctx context.Context) (more bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.take(ctx, "")
}

// take takes some deliveries, and reports whether there may be more.
func (w *Worker) take(ctx context.Context, stream string) (more bool) {
	patient, cancel := context.WithTimeout(ctx, takePatience)
	defer cancel()
	taken, err := w.store.Take(patient, stream, w.alter)
	if err != nil {
		if !w.failed && !errors.Is(ctx.Err(), context.Canceled) {
			w.log.Error().Err(err).Msg("deliveries could not be stored; they wait until that works")
		}
		w.failed = true
		return false
	}
	if w.failed && taken.Deliveries > 0 {
		w.log.Warn().Msg("deliveries are stored again")
		w.failed = false
	}
	if taken.Refused > 0 {
		w.log.Error().Int("deliveries", taken.Refused).Msg("deliveries that can't be stored were put aside in the table refused, with the reason")
	}
	if taken.Twins > 0 {
		w.log.Error().Str("machine", taken.Origin.Machine).Str("app", taken.Origin.App).Int("deliveries", taken.Twins).
			Msg("two machines send as one: a machine was copied while its proxy ran; both are stored and counted; restart flagrante on one of them, with a data folder of its own")
	}
	if taken.Deliveries > 0 {
		w.tell(taken)
	}
	return taken.Deliveries > 0
}
