package app

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture/background"
	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/archive"
)

const (
	// indexAtOnce is how many failures are indexed in one step.
	indexAtOnce = 64
	// centralAtOnce is that where the store is on a server: each step costs the way there.
	centralAtOnce = 1000
	// indexEvery is how long words of new failures are found by what lists show only.
	indexEvery = 2 * time.Second
	// keeperRest is how many times as long as it worked the keeper rests, so that the
	// traffic keeps the machine.
	keeperRest = 4
	// lookEvery is how often it is counted how far the index is behind.
	lookEvery = 10 * time.Second
	// pruneEvery is how often what the settings don't keep is taken away.
	pruneEvery = 10 * time.Minute
	// streamsKept is how long it is remembered how far a journal was stored that sends
	// nothing any more.
	streamsKept = 400 * 24 * time.Hour
)

// keeper looks after the store while traffic passes, on a goroutine of its own: it
// indexes words, and takes away what is kept no longer.
type keeper struct {
	task   *background.Task
	store  *store.Store
	masks  *archive.HandMasker
	limits func() store.Limits
	now    func() time.Time
	log    zerolog.Logger
	// behind is how many failures are not indexed, as of the last look.
	behind atomic.Int64
}

func startKeeper(s *store.Store, masks *archive.HandMasker, limits func() store.Limits, now func() time.Time, log zerolog.Logger) *keeper {
	k := &keeper{store: s, masks: masks, limits: limits, now: now, log: log}
	k.task = background.Start(k.run)
	return k
}

func (k *keeper) run(ctx context.Context) {
	background.StepBack()
	atOnce, tired := indexAtOnce, keeperRest
	if k.store.Central() {
		// It is another machine that works, and it has to keep up with what many send.
		atOnce, tired = centralAtOnce, 0
	}
	var pruned, looked time.Time
	for rest := indexEvery; background.Rest(ctx, rest); {
		begun := k.now()
		if begun.Sub(pruned) >= pruneEvery {
			k.prune(ctx)
			pruned = begun
		}
		left, err := k.store.Index(ctx, atOnce)
		k.tell(err, "words could not be indexed; they are found by address, code and message until that works")
		if !left || begun.Sub(looked) >= lookEvery {
			k.look(ctx)
			looked = begun
		}
		more, maskErr := k.masks.Step(ctx, archive.Settling)
		k.tell(maskErr, "what was masked by hand could not be masked in all that is stored; it goes on")
		left, err = left || more, errors.Join(err, maskErr)
		rest = time.Duration(tired) * k.now().Sub(begun)
		if !left || err != nil {
			rest = max(rest, indexEvery)
		}
	}
}

// look counts what is not indexed.
func (k *keeper) look(ctx context.Context) {
	n, err := k.store.Unindexed(ctx)
	k.tell(err, "what is not indexed could not be counted")
	if err == nil {
		k.behind.Store(n)
	}
}

func (k *keeper) prune(ctx context.Context) {
	if k.store.Central() {
		_, err := k.store.ForgetStreams(ctx, k.now().Add(-streamsKept))
		k.tell(err, "proxies that are gone for good could not be forgotten")
	}
	limits := k.limits()
	if limits == (store.Limits{}) {
		return
	}
	pruned, err := k.store.Prune(ctx, limits, false, nil)
	k.tell(err, "what the settings don't keep could not be taken away")
	if pruned.Failures > 0 {
		k.log.Info().Int64("failures", pruned.Failures).Int64("freed", pruned.Freed).Msg("old failures were taken away, as retention asks")
	}
}

// tell logs an error, unless it is that of the end.
func (k *keeper) tell(err error, what string) {
	if err != nil && !errors.Is(err, context.Canceled) {
		k.log.Error().Err(err).Msg(what)
	}
}

// maskedInTime is how long the end waits for what was masked by hand to leave what is
// stored.
const maskedInTime = 5 * time.Second

// Close ends the work where it is; it goes on at the next start. Nothing comes to the
// store any more, so what was masked by hand can leave it for good.
func (k *keeper) Close() {
	k.task.Close()
	ctx, cancel := context.WithTimeout(context.Background(), maskedInTime)
	defer cancel()
	err := k.masks.Finish(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return
	}
	k.tell(err, "what was masked by hand could not be masked in all that is stored; it goes on")
}
