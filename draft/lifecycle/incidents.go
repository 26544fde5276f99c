package lifecycle

import (
	"context"
	"slices"
	"time"

	"flagrante/capture/rollup"
)

// RollUp finds the hosts that fail as a whole, among those with failures at or
// after since, and makes one draft of each. A problem that was sent to a portal
// already keeps its draft. What comes out does not depend on how often it is
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

// unsent returns the groups of which no draft was sent to a portal.
func (b *Book) unsent(ctx context.Context, fingerprints []string) (left []string, err error) {
	for _, fingerprint := range fingerprints {
		receipts, err := b.receipts(ctx, ID(fingerprint))
		if err != nil {
			return nil, err
		}
		if len(receipts) == 0 {
			left = append(left, fingerprint)
		}
	}
	return left, nil
}
