package lifecycle

import (
	"context"
	"errors"
	"time"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/proxy"
)

// recentIDs is how many failures are asked for their request ids: support looks
// up a few of them, not all.
const recentIDs = 20

// evidence gathers what backs the draft of a group.
func (b *Book) evidence(ctx context.Context, g capture.Group) (draft.Evidence, error) {
	e := draft.Evidence{Group: g}
	var err error
	if e.Last, err = b.store.Failure(ctx, g.LastID); err != nil {
		return draft.Evidence{}, err
	}
	e.First = e.Last
	if g.FirstID != g.LastID {
		if e.First, err = b.store.Failure(ctx, g.FirstID); err != nil {
			return draft.Evidence{}, err
		}
	}
	if e.RequestIDs, err = b.store.RequestIDs(ctx, g.Fingerprint, recentIDs); err != nil {
		return draft.Evidence{}, err
	}
	if e.Exposed, err = b.store.Exposures(ctx, g.Fingerprint, samples); err != nil {
		return draft.Evidence{}, err
	}
	if e.Good, err = b.good(ctx, g); err != nil {
		return draft.Evidence{}, err
	}
	if e.Timeline, e.Step, err = b.timeline(ctx, g); err != nil {
		return draft.Evidence{}, err
	}
	err = b.numbers(ctx, &e)
	return e, err
}

// good returns the last good call of the endpoint; of a host's group, that of the
// endpoint of its first failures.
func (b *Book) good(ctx context.Context, g capture.Group) (*proxy.Exchange, error) {
	x, err := b.store.LastGood(ctx, goodEndpoint(g))
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return x, err
}

func goodEndpoint(g capture.Group) string {
	if len(g.Members) > 0 {
		return g.Members[0].Endpoint
	}
	return g.Endpoint
}

// timeline counts the failures in steps of which there are not too many to read.
func (b *Book) timeline(ctx context.Context, g capture.Group) ([]draft.Count, time.Duration, error) {
	step := time.Minute
	switch span := g.LastSeen.Sub(g.FirstSeen); {
	case span > 7*24*time.Hour:
		step = 24 * time.Hour
	case span > 3*time.Hour:
		step = time.Hour
	}
	counts, err := b.store.Timeline(ctx, g.Fingerprint, g.FirstSeen, g.LastSeen.Add(time.Microsecond), step)
	if err != nil {
		return nil, 0, err
	}
	var list []draft.Count
	for _, c := range counts {
		list = append(list, draft.Count{Start: c.Start, Failures: c.Failures})
	}
	return list, step, nil
}

// numbers fills in the figures of the last window, and of those in which it may have
// been worse.
func (b *Book) numbers(ctx context.Context, e *draft.Evidence) error {
	g := e.Group
	end, err := b.tail(ctx, g.Host, g.LastSeen)
	if err != nil {
		return err
	}
	rules := b.settings.Profile.Rules
	if e.Figures, err = b.figures(ctx, g, stretch{end, rules.Window}, true); err != nil {
		return err
	}
	if e.Figures.Credential, err = b.credential(ctx, g); err != nil {
		return err
	}
	if g.Count < few {
		return nil
	}
	others, err := b.worse(ctx, g, end)
	if err != nil {
		return err
	}
	// How long calls take is told of the last window, and decides about timeouts alone.
	timed := draft.TimedOut(g.Kind, g.Status)
	for _, s := range others {
		n, err := b.figures(ctx, g, s, timed)
		if err != nil {
			return err
		}
		e.Others = append(e.Others, n)
	}
	return nil
}

// few failures have no stretch that is worse than all of them.
const few = 2
