package lifecycle

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"flagrante/capture/store"
	"flagrante/draft"
)

// receiptColumns are the columns that scanReceipt reads, in its order.
const receiptColumns = `id, draft_id, portal, state, ticket, url, time, dropped, error, who, retry_at, linked, found, captured, notes, status, closed, checked_at, told, told_at`

func scanReceipt(row func(...any) error) (draft.Receipt, error) {
	var r draft.Receipt
	var at, retry, checked, told int64
	var dropped, captured, notes string
	err := row(&r.ID, &r.DraftID, &r.Portal, &r.State, &r.Ticket, &r.URL, &at, &dropped, &r.Error,
		&r.Who, &retry, &r.Linked, &r.Found, &captured, &notes, &r.Status, &r.Closed, &checked, &r.Told, &told)
	if err != nil {
		return r, fmt.Errorf("read a receipt: %w", err)
	}
	err = errors.Join(json.Unmarshal([]byte(dropped), &r.Dropped), json.Unmarshal([]byte(captured), &r.Captured), json.Unmarshal([]byte(notes), &r.Notes))
	if err != nil {
		return r, fmt.Errorf("read the receipt %s: %w", r.ID, err)
	}
	r.Time, r.RetryAt, r.CheckedAt, r.ToldAt = moment(at), moment(retry), moment(checked), moment(told)
	return r, nil
}

// InsertReceipt notes a new receipt. While a receipt of the same draft and portal is
// sending, sent or unknown it returns draft.ErrAlreadySent, so that no two tickets are
// made, however many people click at once.
func InsertReceipt(ctx context.Context, tx *sql.Tx, r draft.Receipt) error {
	// receipts_once, an index of the schema, is what decides.
	result, err := tx.ExecContext(ctx, `INSERT INTO receipts (id, draft_id, portal, state, ticket, url, time, dropped, error) VALUES (?, ?, ?, ?, '', '', ?, 'null', '') ON CONFLICT DO NOTHING`,
		r.ID, r.DraftID, r.Portal, r.State, micros(r.Time))
	if err != nil {
		return fmt.Errorf("note the export of draft %s: %w", r.DraftID, err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(draft.ErrAlreadySent, err)
	}
	return UpdateReceipt(ctx, tx, r)
}

// UpdateReceipt writes all of a receipt that is there.
func UpdateReceipt(ctx context.Context, tx *sql.Tx, r draft.Receipt) error {
	if r.Captured == nil {
		r.Captured = map[string]string{}
	}
	dropped, errDropped := json.Marshal(r.Dropped)
	captured, errCaptured := json.Marshal(r.Captured)
	notes, errNotes := json.Marshal(r.Notes)
	err := errors.Join(errDropped, errCaptured, errNotes)
	if err == nil {
		_, err = tx.ExecContext(ctx, `UPDATE receipts SET state = ?, ticket = ?, url = ?, time = ?, dropped = ?, error = ?, who = ?, retry_at = ?, linked = ?, found = ?,
			captured = ?, notes = ?, status = ?, closed = ?, checked_at = ?, told = ?, told_at = ? WHERE id = ?`,
			r.State, r.Ticket, r.URL, micros(r.Time), string(dropped), r.Error, r.Who, micros(r.RetryAt), r.Linked, r.Found,
			string(captured), string(notes), r.Status, r.Closed, micros(r.CheckedAt), r.Told, micros(r.ToldAt), r.ID)
	}
	if err != nil {
		return fmt.Errorf("note the receipt %s: %w", r.ID, err)
	}
	return nil
}

// Sent has the draft of a receipt concluded anew, because it has a ticket. It runs
// inside of the transaction that notes the receipt.
func (b *Book) Sent(ctx context.Context, tx *sql.Tx, r draft.Receipt) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO stale SELECT fingerprint, 1 FROM drafts WHERE id = ? AND fingerprint <> '' ON CONFLICT (fingerprint) DO UPDATE SET n = stale.n + 1`, r.DraftID)
	if err != nil {
		return fmt.Errorf("note that the draft %s was sent: %w", r.DraftID, err)
	}
	return nil
}

// Receipts returns those for which the rest of the query holds.
func Receipts(ctx context.Context, s *store.Store, rest string, args ...any) ([]draft.Receipt, error) {
	all, err := store.Collect(ctx, s, `SELECT `+receiptColumns+` FROM receipts `+rest, args, scanReceipt)
	if err != nil {
		return nil, fmt.Errorf("read receipts: %w", err)
	}
	return all, nil
}

// receipts returns the receipts of a draft, oldest first.
func (b *Book) receipts(ctx context.Context, draftID string) ([]draft.Receipt, error) {
	return Receipts(ctx, b.store, `WHERE draft_id = ? ORDER BY time, id`, draftID)
}
