package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"flagrante/draft"
	"flagrante/draft/export"
	"flagrante/draft/words"
)

// Offer is a comment that could be written on a ticket.
type Offer struct {
	Text string
	// Failures is how many there were that the ticket does not tell of.
	Failures int64
	// Reopen says that the ticket is closed, and is opened again where the portal's
	// recipe can.
	Reopen bool
	// Allowed is when a comment may be written at the earliest.
	Allowed time.Time
}

// commentEvery is the least time between two comments where the settings say none.
const commentEvery = time.Hour

// Offer returns the comment with the new numbers of d for its receipt r, and whether
// there is one to be written.
func (o *Outbox) Offer(d draft.Draft, r draft.Receipt) (Offer, bool) {
	portal, recipe, ok := o.Exporter.Portal(r.Portal)
	failures := d.Evidence.Group.Count - r.Told
	if !ok || r.State != draft.ReceiptSent || r.Ticket == "" || failures <= 0 || !recipe.Can("comment") && !(r.Closed && recipe.Can("reopen")) {
		return Offer{}, false
	}
	every := portal.CommentEvery
	if every == 0 {
		every = commentEvery
	}
	return Offer{Text: o.comment(d, r, failures), Failures: failures, Reopen: r.Closed, Allowed: r.ToldAt.Add(every)}, true
}

// commentKey is the sentence for a ticket that is closed or not, and one failure or several.
func commentKey(closed, one bool) string {
	switch {
	case closed && one:
		return "portal.comment.again.one"
	case closed:
		return "portal.comment.again"
	case one:
		return "portal.comment.new.one"
	}
	return "portal.comment.new"
}

func (o *Outbox) comment(d draft.Draft, r draft.Receipt, failures int64) string {
	key := commentKey(r.Closed, failures == 1)
	group := d.Evidence.Group
	text := words.Text(o.Lang, key, map[string]string{
		"count": strconv.FormatInt(failures, 10), "total": strconv.FormatInt(group.Count, 10),
		"last": group.LastSeen.In(o.Zone).Format("2006-01-02 15:04:05 -07:00"),
	})
	const few = 5
	if ids := slices.DeleteFunc(slices.Clone(d.Evidence.RequestIDs), odd); len(ids) > 0 {
		text += "\n" + words.Text(o.Lang, "portal.comment.ids", map[string]string{"ids": strings.Join(ids[:min(len(ids), few)], ", ")})
	}
	return text
}

// odd reports an id that a portal could take for more than an id: app and vendor choose
// them, and in comments some portals read HTML, @names, #numbers or marks of their own.
func odd(id string) bool {
	return strings.IndexFunc(id, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("-_.:;=+/", c)
	}) >= 0
}

// OfferOf returns what Offer offers for a receipt, and ErrNothingNew when that is
// nothing.
func (o *Outbox) OfferOf(ctx context.Context, id string) (Offer, error) {
	r, err := o.ledger.receipt(ctx, id)
	if err != nil {
		return Offer{}, err
	}
	d, err := o.Draft(ctx, r.DraftID)
	if err != nil {
		return Offer{}, err
	}
	offer, ok := o.Offer(d, r)
	if !ok {
		return Offer{}, ErrNothingNew
	}
	return offer, nil
}

// TooSoonError says that a comment may not be written yet.
type TooSoonError struct{ Allowed time.Time }

// Error says when it may.
func (e *TooSoonError) Error() string {
	return "the ticket was written to a short time ago: the next comment may be at " + e.Allowed.Format(time.RFC3339)
}

// ErrNothingNew says that a ticket tells of all failures.
var ErrNothingNew = errors.New("the ticket tells of all failures, or can't be commented on")

// Comment writes the comment that Offer offers. Of two who click at once one does. It
// is not tried again by itself: the portal may have it.
func (o *Outbox) Comment(ctx context.Context, id, who string) (draft.Receipt, error) {
	r, err := o.ledger.receipt(ctx, id)
	if err != nil {
		return r, err
	}
	d, err := o.Draft(ctx, r.DraftID)
	if err != nil {
		return r, err
	}
	offer, ok := o.Offer(d, r)
	now := o.Now()
	switch {
	case !ok:
		return r, ErrNothingNew
	case offer.Allowed.After(now):
		return r, &TooSoonError{offer.Allowed}
	}
	old := r
	r.Told, r.ToldAt, r.Who = d.Evidence.Group.Count, now, who
	if err := o.tell(ctx, old, r); err != nil {
		return old, err
	}
	ref := export.TicketRef{Portal: r.Portal, Ticket: r.Ticket, Text: r.Captured}
	if err := o.Exporter.Comment(ctx, ref, offer.Text, offer.Reopen); err != nil {
		return o.untold(context.WithoutCancel(ctx), old, r, err)
	}
	return r, nil
}

// untold notes of a comment that was not written, or may not have been, what that says of
// the ticket, and returns the error.
func (o *Outbox) untold(ctx context.Context, old, told draft.Receipt, err error) (draft.Receipt, error) {
	refused, ok := errors.AsType[*export.RefusedError](err)
	if ok && refused.Lost {
		return told, err
	}
	// It surely has no such comment.
	err = errors.Join(err, o.tell(ctx, told, old))
	if ok && refused.Gone {
		old.State, old.Error = draft.ReceiptGone, refused.Text
		err = errors.Join(err, o.noteState(ctx, old, true))
	}
	return old, err
}

// tell moves what a ticket tells of, if it is still what it was.
func (o *Outbox) tell(ctx context.Context, from, to draft.Receipt) error {
	return o.Store.Update(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE receipts SET told = ?, told_at = ?, who = ? WHERE id = ? AND told_at = ?`,
			to.Told, micros(to.ToldAt), to.Who, from.ID, micros(from.ToldAt))
		if err != nil {
			return fmt.Errorf("note the comment on the ticket of the receipt %s: %w", from.ID, err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(&TooSoonError{to.ToldAt}, err)
		}
		return nil
	})
}
