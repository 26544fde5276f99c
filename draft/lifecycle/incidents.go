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
	sent := map[string]bool{}
	for _, l := range lines {
		if _, known := sent[l.Fingerprint]; known {
			continue
		}
		receipts, err := b.receipts(ctx, ID(l.Fingerprint))
		if err != nil {
			return err
		}
		sent[l.Fingerprint] = len(receipts) > 0
	}
	lines = slices.DeleteFunc(lines, func(l rollup.Line) bool { return sent[l.Fingerprint] })
	return b.store.SetIncidents(ctx, host, rollup.Find(lines, totals))
}
