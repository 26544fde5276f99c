package lifecycle

import (
	"context"
	"slices"
	"time"

	"flagrante/capture/rollup"
)

// RollUp finds the hosts that fail as a whole, among those with failures at or
// after since, and makes one draft of each. A problem that was sent to a portal
// already, or of which a person decided something, keeps its draft. What comes out does not depend on how often it is
// called, nor on the order in which failures came.
func (b *Book) RollUp(ctx context.Context, since time.Time) error {
	hosts, err := b.store.FailingHosts(ctx, since)
	if err != nil {
		return err
	}
	for _, host := range hosts {
		if err := b.rollUp(ctx, host); err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) rollUp(ctx context.Context, host string) error {
	lines, totals, err := b.store.Lines(ctx, host)
	if err != nil {
		return err
	}
	incidents := rollup.Find(lines, totals)
	for i := range incidents {
		if incidents[i].Members, err = b.unsent(ctx, incidents[i].Members); err != nil {
			return err
		}
	}
	incidents = slices.DeleteFunc(incidents, func(i rollup.Incident) bool { return len(i.Members) < 2 })
	return b.store.SetIncidents(ctx, host, incidents)
}

// unsent returns the groups that may become part of a larger one: those of which no
// draft was sent to a portal, and of which nobody decided anything.
func (b *Book) unsent(ctx context.Context, fingerprints []string) (left []string, err error) {
	for _, fingerprint := range fingerprints {
		id := ID(fingerprint)
		receipts, err := b.receipts(ctx, id)
		if err != nil {
			return nil, err
		}
		r, err := known(ctx, reader{b}, id)
		if err != nil {
			return nil, err
		}
		if len(receipts) == 0 && !r.touched() {
			left = append(left, fingerprint)
		}
	}
	return left, nil
}
