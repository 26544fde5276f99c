package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"time"

	"flagrante/draft"
	"flagrante/draft/export"
	"flagrante/draft/words"
)

const (
	// pollEvery is how often a portal is asked where the settings do not say.
	pollEvery = 10 * time.Minute
	// rarely is how many times as rare a closed ticket is asked for.
	rarely = 6
	// batch bounds how many tickets are asked for at a time.
	batch = 20
)

// Refresh asks the portal for the state of a receipt's ticket.
func (o *Outbox) Refresh(ctx context.Context, id string) (draft.Receipt, error) {
	r, err := o.ledger.receipt(ctx, id)
	if err != nil {
		return r, err
	}
	if r.State != draft.ReceiptSent && r.State != draft.ReceiptGone || r.Ticket == "" {
		return r, &StateError{id, r.State}
	}
	if r.State == draft.ReceiptGone {
		// One that is back is of no use beside the one that was made since.
		others, err := o.ledger.receipts(ctx, `WHERE draft_id = ? AND portal = ? AND state IN ('sending', 'sent', 'unknown')`, r.DraftID, r.Portal)
		if err != nil || len(others) > 0 {
			return r, errors.Join(&StateError{id, r.State}, err)
		}
	}
	return o.refresh(ctx, r)
}

// refresh asks, and notes what was answered, that there is no such ticket included. When a
// ticket was closed since it was asked for the last time, Closed is called.
func (o *Outbox) refresh(ctx context.Context, r draft.Receipt) (draft.Receipt, error) {
	state, err := o.Exporter.Status(ctx, export.TicketRef{Portal: r.Portal, Ticket: r.Ticket, Text: r.Captured})
	before, was := r.Closed, r.State
	r.CheckedAt = o.Now()
	refused, _ := errors.AsType[*export.RefusedError](err)
	switch {
	case err == nil:
		o.shown(&r, state)
	case refused != nil && refused.Gone:
		err = nil
		if !r.Closed {
			// Portals put closed tickets away after a while: that is no news.
			r.State, r.Error = draft.ReceiptGone, refused.Text
		}
	}
	if noteErr := o.noteState(ctx, r, r.State != was); noteErr != nil || err != nil {
		return r, errors.Join(err, noteErr)
	}
	if r.Closed && !before && o.Closed != nil {
		if err := o.Closed(ctx, r); err != nil {
			return r, fmt.Errorf("note that the ticket %s of %s was closed: %w", r.Ticket, r.Portal, err)
		}
	}
	return r, nil
}

// shown takes over what the portal says of a ticket.
func (o *Outbox) shown(r *draft.Receipt, state export.TicketState) {
	r.State, r.Error, r.Status, r.Closed = draft.ReceiptSent, "", state.Word, state.Closed
	captured := maps.Clone(r.Captured)
	if captured == nil {
		captured = map[string]string{}
	}
	maps.Copy(captured, state.Text)
	r.Captured = captured
	if state.Ticket == r.Ticket {
		return
	}
	r.Notes = append(r.Notes, words.Text(o.Lang, "portal.moved", map[string]string{"before": r.Ticket, "ticket": state.Ticket}))
	r.Ticket = state.Ticket
	r.URL = o.Exporter.LinkOf(export.TicketRef{Portal: r.Portal, Ticket: r.Ticket, Text: captured})
}

// noteState writes only what was asked for, since a comment may be written meanwhile. That
// a ticket is gone, or back, changes what its draft is.
func (o *Outbox) noteState(ctx context.Context, r draft.Receipt, changed bool) error {
	return o.Store.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE receipts SET state = ?, error = ?, ticket = ?, url = ?, notes = ?, status = ?, closed = ?, checked_at = ?, captured = ? WHERE id = ?`,
			r.State, r.Error, r.Ticket, r.URL, asJSON(r.Notes), r.Status, r.Closed, micros(r.CheckedAt), asJSON(r.Captured), r.ID)
		if err != nil {
			return fmt.Errorf("note the state of the ticket %s: %w", r.Ticket, err)
		}
		if !changed || o.Sent == nil {
			return nil
		}
		return o.Sent(ctx, tx, r)
	})
}

// Poll asks for the state of the tickets whose time has come, those first that were
// asked for longest ago.
func (o *Outbox) Poll(ctx context.Context) error {
	var errs []error
	for _, name := range o.Exporter.Portals() {
		portal, recipe, _ := o.Exporter.Portal(name)
		every := portal.PollEvery
		if every == 0 {
			every = pollEvery
		}
		if every < 0 || !recipe.Can("status") {
			continue
		}
		list, err := o.ledger.receipts(ctx, `WHERE state = 'sent' AND portal = ? AND ticket <> '' AND max(time, checked_at) <= CASE closed WHEN 0 THEN ? ELSE ? END ORDER BY checked_at LIMIT ?`,
			name, micros(o.Now().Add(-every)), micros(o.Now().Add(-rarely*every)), batch)
		errs = append(errs, err)
		for _, r := range list {
			if ctx.Err() != nil {
				break
			}
			if _, err := o.refresh(ctx, r); err != nil {
				errs = append(errs, fmt.Errorf("ask %s for the state of the ticket %s: %w", name, r.Ticket, err))
			}
		}
	}
	return errors.Join(errs...)
}

// Tell writes the comments that may go without a click, by the settings. Looked holds
// when a receipt was last looked at for news, so that drafts are not read all the
// time.
func (o *Outbox) Tell(ctx context.Context, looked map[string]time.Time) error {
	var errs []error
	for _, name := range o.Exporter.Portals() {
		portal, _, _ := o.Exporter.Portal(name)
		if portal.Comments != "send" {
			continue
		}
		list, err := o.ledger.receipts(ctx, `WHERE state = 'sent' AND portal = ? AND ticket <> ''`, name)
		errs = append(errs, err)
		for _, r := range list {
			if ctx.Err() != nil || o.Now().Sub(looked[r.ID]) < pollEvery {
				continue
			}
			looked[r.ID] = o.Now()
			var soon *TooSoonError
			if _, err := o.Comment(ctx, r.ID, name); err != nil && !errors.Is(err, ErrNothingNew) && !errors.As(err, &soon) {
				errs = append(errs, fmt.Errorf("comment on the ticket %s of %s: %w", r.Ticket, name, err))
			}
		}
	}
	return errors.Join(errs...)
}
