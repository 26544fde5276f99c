// Package outbox takes drafts to their portals, whatever comes between: what was
// reviewed is stored before it leaves, goes on at the step that failed, also after
// the program ended, and never makes a second ticket.
package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/draft/words"
)

// Options are the parts of an Outbox. All are needed but for those that say so.
type Options struct {
	Store    *store.Store
	Exporter *export.Exporter
	// Draft reads a draft as it is now.
	Draft func(ctx context.Context, id string) (draft.Draft, error)
	// Files returns what people attached to a draft; it may be nil.
	Files func(ctx context.Context, d draft.Draft) ([]export.File, error)
	// Sent is called when a draft has its ticket, or has it no more, inside of the transaction
	// that notes it; it may be nil.
	Sent func(ctx context.Context, tx *sql.Tx, r draft.Receipt) error
	// Closed is called when a portal says that a ticket was closed; it may be nil.
	Closed func(ctx context.Context, r draft.Receipt) error
	// Ran is told of every attempt to send: when it was begun, how far it came, and the
	// error of what happened beside; it may be nil.
	Ran  func(r draft.Receipt, begun time.Time, err error)
	Lang draft.Lang
	// Zone is that of times in comments; nil is UTC.
	Zone  *time.Location
	Now   func() time.Time
	NewID func() string
	// Holder names this process among those that have the store open.
	Holder string
}

// Outbox is safe for concurrent use.
type Outbox struct {
	Options
	ledger ledger
	// wake tells the worker that something has changed.
	wake chan struct{}
}

// New returns the Outbox of a store.
func New(o Options) *Outbox {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	return &Outbox{Options: o, ledger: ledger{store: o.Store, now: o.Now, holder: o.Holder}, wake: make(chan struct{}, 1)}
}

// Portals lists the names of the portals.
func (o *Outbox) Portals() []string { return o.Exporter.Portals() }

// Preview returns what Export would send for d to the portal, without sending
// anything.
func (o *Outbox) Preview(ctx context.Context, portal string, d draft.Draft) (export.Preview, error) {
	_, preview, err := o.pack(ctx, portal, d)
	return preview, err
}

func (o *Outbox) pack(ctx context.Context, portal string, d draft.Draft) (export.Parcel, export.Preview, error) {
	var files []export.File
	if o.Files != nil {
		var err error
		if files, err = o.Files(ctx, d); err != nil {
			return export.Parcel{}, export.Preview{}, fmt.Errorf("read the attachments of the draft %s: %w", d.ID, err)
		}
	}
	return o.Exporter.Pack(portal, d, files)
}

// Export puts d on its way to the portal and tries it at once. How that ended is the
// receipt's State, with the reason in its Error: sent; failed, when the portal surely
// made no ticket; unknown, when it may have; or sending, when it goes on by itself
// at RetryAt. An export that waits is tried again when its time has come.
//
// The error is for what happened beside that: nothing was sent, because something is
// missing (*export.MissingError), the ticket is too large (*export.TooLargeError), must
// not leave (*gate.BlockedError), or was sent before (draft.ErrAlreadySent); or the end
// could not be recorded, and the receipt is returned as well.
func (o *Outbox) Export(ctx context.Context, portal string, d draft.Draft, who string) (draft.Receipt, error) {
	parcel, preview, err := o.pack(ctx, portal, d)
	switch {
	case err != nil:
		return draft.Receipt{}, err
	case len(parcel.Missing) > 0:
		return draft.Receipt{}, &export.MissingError{Portal: portal, Missing: parcel.Missing}
	case len(preview.Findings) > 0:
		return draft.Receipt{}, &gate.BlockedError{Findings: preview.Findings}
	}
	now := o.Now()
	r := draft.Receipt{
		ID: o.NewID(), DraftID: d.ID, Portal: portal, State: draft.ReceiptSending, Time: now, Who: who,
		Told: d.Evidence.Group.Count, ToldAt: now,
	}
	switch err := o.ledger.begin(ctx, r, parcel); {
	case errors.Is(err, draft.ErrAlreadySent):
		return o.goOn(ctx, d.ID, portal, err)
	case err != nil:
		return draft.Receipt{}, err
	}
	return o.run(ctx, entry{receipt: r, parcel: parcel})
}

// goOn tries an export that waits, when its time has come. Otherwise it returns the
// error that there is one already.
func (o *Outbox) goOn(ctx context.Context, draftID, portal string, already error) (draft.Receipt, error) {
	list, err := o.ledger.receipts(ctx, `WHERE draft_id = ? AND portal = ? AND state = ?`, draftID, portal, draft.ReceiptSending)
	if err != nil || len(list) == 0 {
		return draft.Receipt{}, errors.Join(already, err)
	}
	r := list[0]
	switch {
	case r.RetryAt.IsZero():
		return draft.Receipt{}, already
	case r.RetryAt.After(o.Now()):
		return r, nil
	}
	return o.resume(ctx, r.ID)
}

// resume runs an export that is in the outbox, unless another one does.
func (o *Outbox) resume(ctx context.Context, id string) (draft.Receipt, error) {
	e, err := o.take(ctx, id)
	if err != nil {
		return draft.Receipt{}, err
	}
	return o.run(ctx, e)
}

const (
	// patience is how long an export is tried by itself before it is given up.
	patience = 6 * time.Hour
	// recording bounds how long the end of a run may take to be noted.
	recording = 10 * time.Second
)

// run takes an export on, and notes how far it came even when the one who asked has
// gone: what is held by nobody who works at it would block the draft.
func (o *Outbox) run(ctx context.Context, e entry) (draft.Receipt, error) {
	begun := o.Now()
	r, err := o.attempt(ctx, e)
	if o.Ran != nil {
		o.Ran(r, begun, err)
	}
	return r, err
}

func (o *Outbox) attempt(ctx context.Context, e entry) (draft.Receipt, error) {
	final := o.Now().Sub(e.receipt.Time) >= patience
	before := e.progress
	result, runErr := o.Exporter.Run(ctx, e.parcel, e.progress, final, func(p export.Progress) error {
		return o.ledger.save(context.WithoutCancel(ctx), e.receipt.ID, p)
	})
	if errors.Is(runErr, errLost) {
		return draft.Receipt{}, draft.ErrAlreadySent
	}
	o.note(&e, before, result)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recording)
	defer cancel()
	var more func(context.Context, *sql.Tx) error
	if e.receipt.State == draft.ReceiptSent && o.Sent != nil {
		more = func(ctx context.Context, tx *sql.Tx) error { return o.Sent(ctx, tx, e.receipt) }
	}
	err := o.ledger.leave(ctx, e, more)
	if err != nil {
		err = fmt.Errorf("record how sending the draft %s to %s ended (%s): %w", e.receipt.DraftID, e.receipt.Portal, e.receipt.State, err)
	}
	o.nudge()
	return e.receipt, errors.Join(runErr, err)
}

// note writes the result of a run into the entry.
func (o *Outbox) note(e *entry, before export.Progress, result export.Result) {
	r := &e.receipt
	r.State, r.Error, r.URL, r.Ticket = result.State, result.Text, result.URL, result.Ticket()
	r.Captured, r.Found = result.Captured, result.Found
	r.Dropped = append(append([]string(nil), e.parcel.Dropped...), result.Dropped...)
	r.Notes = result.Notes
	if result.Found {
		r.Notes = append([]string{words.Text(o.Lang, "portal.found", nil)}, r.Notes...)
	}
	r.RetryAt = time.Time{}
	e.tries++
	if result.Step != before.Step || result.File != before.File || result.Creating != before.Creating {
		e.tries = 1
	}
	e.progress = result.Progress
	switch r.State {
	case draft.ReceiptSending:
		r.RetryAt = o.Now().Add(max(result.After, pause(e.tries, result.After)))
	case draft.ReceiptUnknown:
		if e.tries <= len(looks()) {
			r.RetryAt = o.Now().Add(looks()[e.tries-1])
		}
	}
}

// pause is how long to wait before the next try where the portal did not say.
func pause(tries int, asked time.Duration) time.Duration {
	if asked > 0 {
		return 0
	}
	pauses := []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute}
	if tries <= len(pauses) {
		return pauses[tries-1]
	}
	return 30 * time.Minute
}

// looks are the pauses before a ticket is looked for again that may have been made.
func looks() []time.Duration {
	return []time.Duration{30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour}
}

// nudge tells the worker that something has changed.
func (o *Outbox) nudge() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// Due runs everything whose time has come and that no other process is at, and returns
// when the next does, zero when nothing will. An error of one export does not keep the others.
func (o *Outbox) Due(ctx context.Context) (next time.Time, err error) {
	var errs []error
	for ctx.Err() == nil {
		id, err := o.ledger.claim(ctx, `due > 0 AND due <= ?`, micros(o.Now()))
		if err != nil {
			return time.Time{}, errors.Join(append(errs, err)...)
		}
		if id == "" {
			break
		}
		// What can't be read stays held for a while, so it is not met again at once.
		e, err := o.ledger.claimed(ctx, id)
		if err == nil {
			_, err = o.run(ctx, e)
		}
		errs = append(errs, err)
	}
	next, err = o.ledger.next(ctx)
	return next, errors.Join(append(errs, err)...)
}

// List returns the newest receipts, of all drafts or of one.
func (o *Outbox) List(ctx context.Context, draftID string, limit int) ([]draft.Receipt, error) {
	return o.ledger.receipts(ctx, `WHERE ? IN ('', draft_id) ORDER BY time DESC, id DESC LIMIT ?`, draftID, limit)
}
