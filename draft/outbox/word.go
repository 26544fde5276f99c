package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"flagrante/draft"
	"flagrante/draft/export"
	"flagrante/draft/lifecycle"
	"flagrante/draft/words"
)

// StateError says that a receipt is not in a state in which that can be done.
type StateError struct {
	Receipt string
	State   draft.ReceiptState
}

// Error names the state.
func (e *StateError) Error() string {
	return fmt.Sprintf("the receipt %s is %s: that can't be done to it", e.Receipt, e.State)
}

// NumberError says that something can't be the number of a ticket.
type NumberError struct{ Number string }

// Error quotes it.
func (e *NumberError) Error() string {
	return fmt.Sprintf("%q can't be the number of a ticket", e.Number)
}

// Settle takes a person's word on an export whose end is not known: the ticket that
// there is, or, where ticket is empty, that there is none and it is to be sent again.
// What was left after the ticket is done then. A draft that was mailed gets its number
// in the same way.
func (o *Outbox) Settle(ctx context.Context, id, who, ticket string) (draft.Receipt, error) {
	if ticket != "" && !export.IsTicket(ticket) {
		return draft.Receipt{}, &NumberError{ticket}
	}
	r, err := o.ledger.receipt(ctx, id)
	if err != nil {
		return r, err
	}
	if r.State == draft.ReceiptSent && r.Ticket == "" && ticket != "" {
		return o.number(ctx, r, who, ticket)
	}
	if r.State != draft.ReceiptUnknown {
		return r, &StateError{id, r.State}
	}
	e, err := o.take(ctx, id)
	if err != nil {
		return r, err
	}
	e.receipt.Who, e.tries = who, 0
	e.progress.Creating, e.progress.Awaiting = false, false
	if ticket == "" {
		e.progress = export.Progress{}
		e.receipt.Time = o.Now()
	} else {
		e.progress.Captured = map[string]string{"ticket": ticket}
		e.receipt.Linked = true
	}
	if err := o.ledger.save(ctx, id, e.progress); err != nil {
		return e.receipt, err
	}
	return o.run(ctx, e)
}

// take claims an export and reads it.
func (o *Outbox) take(ctx context.Context, id string) (entry, error) {
	claimed, err := o.ledger.claim(ctx, `receipt_id = ?`, id)
	if err != nil {
		return entry{}, err
	}
	if claimed == "" {
		return entry{}, draft.ErrAlreadySent
	}
	return o.ledger.claimed(ctx, id)
}

// number gives a ticket to a draft that was mailed.
func (o *Outbox) number(ctx context.Context, r draft.Receipt, who, ticket string) (draft.Receipt, error) {
	r.Ticket, r.Who, r.Linked = ticket, who, true
	r.URL = o.Exporter.LinkOf(export.TicketRef{Portal: r.Portal, Ticket: ticket})
	return r, o.write(ctx, r)
}

func (o *Outbox) write(ctx context.Context, r draft.Receipt) error {
	return o.Store.Update(ctx, func(tx *sql.Tx) error { return lifecycle.UpdateReceipt(ctx, tx, r) })
}

// Cancel gives up an export that waits. It fails with *StateError when a ticket may
// have been made.
func (o *Outbox) Cancel(ctx context.Context, id, who string) (draft.Receipt, error) {
	r, err := o.ledger.receipt(ctx, id)
	if err != nil {
		return r, err
	}
	if r.State != draft.ReceiptSending {
		return r, &StateError{id, r.State}
	}
	e, err := o.take(ctx, id)
	if err != nil {
		return r, err
	}
	e.receipt.Who, e.receipt.State = who, draft.ReceiptFailed
	switch {
	case e.progress.Creating, e.progress.Awaiting:
		e.receipt.State = draft.ReceiptUnknown
	case e.progress.Ticket() != "":
		e.receipt.State = draft.ReceiptSent
	}
	return e.receipt, o.ledger.leave(ctx, e, nil)
}

// Link notes that the portal has a ticket for the draft already. Where the recipe can
// ask for its state, a ticket that is not there is refused (*export.RefusedError).
func (o *Outbox) Link(ctx context.Context, portal, draftID, ticket, who string) (draft.Receipt, error) {
	if !export.IsTicket(ticket) {
		return draft.Receipt{}, &NumberError{ticket}
	}
	d, err := o.Draft(ctx, draftID)
	if err != nil {
		return draft.Receipt{}, err
	}
	ref := export.TicketRef{Portal: portal, Ticket: ticket}
	now := o.Now()
	r := draft.Receipt{
		ID: o.NewID(), DraftID: d.ID, Portal: portal, State: draft.ReceiptSent, Ticket: ticket, Time: now, Who: who, Linked: true,
		Notes: []string{words.Text(o.Lang, "portal.linked", nil)},
	}
	state, err := o.Exporter.Status(ctx, ref)
	switch {
	case errors.Is(err, export.ErrCannot):
	case err != nil:
		return draft.Receipt{}, err
	default:
		r.Status, r.Closed, r.CheckedAt, r.Captured = state.Word, state.Closed, now, state.Text
		r.Ticket, ref.Ticket, ref.Text = state.Ticket, state.Ticket, state.Text
	}
	r.URL = o.Exporter.LinkOf(ref)
	err = o.Store.Update(ctx, func(tx *sql.Tx) error {
		if err := lifecycle.InsertReceipt(ctx, tx, r); err != nil || o.Sent == nil {
			return err
		}
		return o.Sent(ctx, tx, r)
	})
	return r, err
}
