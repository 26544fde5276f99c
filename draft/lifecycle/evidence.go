package lifecycle

import (
	"context"
	"time"

	"flagrante/capture"
	"flagrante/draft"
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
	return e, b.numbers(ctx, &e)
}

// numbers fills in the figures of the last window, and of the worst.
func (b *Book) numbers(ctx context.Context, e *draft.Evidence) error {
	g := e.Group
	end, err := b.tail(ctx, g.Host, g.LastSeen)
	if err != nil {
		return err
	}
	if e.Figures, err = b.figures(ctx, g, end); err != nil {
		return err
	}
	var peak time.Time
	if peak, err = b.peak(ctx, g); err != nil || peak.IsZero() {
		return err
	}
	e.Peak, err = b.figures(ctx, g, peak)
	return err
}
