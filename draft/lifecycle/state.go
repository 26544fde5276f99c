package lifecycle

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"flagrante/draft"
)

// SetState puts a draft into a state. What became part of another draft has to
// leave it first.
func (b *Book) SetState(ctx context.Context, id string, c draft.Change, m draft.Move) (draft.Draft, error) {
	return b.change(ctx, id, c, "state", func(r *record) error { return r.move(c, m) })
}

func (r *record) move(c draft.Change, m draft.Move) error {
	settable := []draft.State{draft.StateNew, draft.StateInReview, draft.StateExported, draft.StateResolved, draft.StateIgnored, draft.StateSnoozed}
	switch {
	case !slices.Contains(settable, m.State):
		return draft.Refuse("state", "state", string(m.State))
	case r.MergedInto != "":
		return draft.Refuse("merged", "into", r.MergedInto)
	case m.State == draft.StateSnoozed && !m.Until.After(c.At):
		return draft.Refuse("snooze")
	case m.State == draft.StateResolved && m.ResolvedAt.After(c.At):
		return draft.Refuse("resolved_future")
	}
	before := r.state()
	if before == draft.StateSnoozed {
		before = r.Resume
	}
	r.State, r.Resume, r.SnoozedUntil, r.ResolvedAt, r.Reopened = m.State, "", time.Time{}, time.Time{}, false
	switch m.State {
	case draft.StateNew, draft.StateInReview:
		r.Reopened = true
	case draft.StateSnoozed:
		r.Resume, r.SnoozedUntil = before, m.Until.UTC()
	case draft.StateResolved:
		r.ResolvedAt = m.ResolvedAt.UTC()
		if m.ResolvedAt.IsZero() {
			r.ResolvedAt = c.At.UTC()
		}
	}
	return nil
}

// settle is what follows by itself: a problem that was seen after it was resolved
// has regressed, whenever that became known; a draft that a portal has is exported.
func (r *record) settle(lastSeen time.Time, receipts []draft.Receipt) {
	sent := slices.ContainsFunc(receipts, func(r draft.Receipt) bool { return r.State == draft.ReceiptSent })
	switch state := r.state(); {
	case state == draft.StateResolved && lastSeen.After(r.ResolvedAt):
		r.State, r.ResolvedAt = draft.StateRegressed, time.Time{}
	case (state == draft.StateNew || state == draft.StateInReview) && sent && !r.Reopened:
		r.State = draft.StateExported
	}
}

// wake brings back what was snoozed until now.
func (b *Book) wake(ctx context.Context) error {
	if b.now == nil {
		return nil
	}
	at := b.now()
	due, err := rows(ctx, reader{b}, `snoozed_until > 0 AND snoozed_until <= ?`, at.UnixMicro())
	if err != nil || len(due) == 0 {
		return err
	}
	return b.store.Update(ctx, func(tx *sql.Tx) error {
		t := &turn{tx: tx, actor: System, action: "wake", at: at}
		for _, d := range due {
			err := t.change(ctx, d.id, 0, func(r *record) error {
				if r.State == draft.StateSnoozed && !r.SnoozedUntil.After(at) {
					r.State, r.Resume, r.SnoozedUntil = r.Resume, "", time.Time{}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
