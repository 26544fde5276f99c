package lifecycle

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"flagrante/draft"
)

const receiptColumns = `id, draft_id, portal, state, ticket, url, time, dropped, error`

// Begin notes that the draft is about to be sent. While a receipt of the same
// draft and portal is sending, sent or unknown it returns draft.ErrAlreadySent,
// so that no two tickets are made, however many people click at once.
func (b *Book) Begin(ctx context.Context, r draft.Receipt) error {
	dropped, err := json.Marshal(r.Dropped)
	if err != nil {
		return fmt.Errorf("note the export of draft %s: %w", r.DraftID, err)
	}
	return b.store.Update(ctx, func(tx *sql.Tx) error {
		// receipts_once, an index of the schema, is what decides.
		result, err := tx.ExecContext(ctx, `INSERT INTO receipts (`+receiptColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			r.ID, r.DraftID, r.Portal, draft.ReceiptSending, r.Ticket, r.URL, r.Time.UnixMicro(), string(dropped), r.Error)
		if err != nil {
			return fmt.Errorf("note the export of draft %s: %w", r.DraftID, err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(draft.ErrAlreadySent, err)
		}
		return nil
	})
}

// Finish notes what became of a receipt that Begin has noted.
func (b *Book) Finish(ctx context.Context, r draft.Receipt) error {
	dropped, err := json.Marshal(r.Dropped)
	if err != nil {
		return fmt.Errorf("note the receipt %s: %w", r.ID, err)
	}
	return b.store.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE receipts SET state = ?, ticket = ?, url = ?, time = ?, dropped = ?, error = ? WHERE id = ?`,
			r.State, r.Ticket, r.URL, r.Time.UnixMicro(), string(dropped), r.Error, r.ID)
		if err != nil {
			return fmt.Errorf("note the receipt %s: %w", r.ID, err)
		}
		return nil
	})
}

// Recover is for a start: an export that was cut off by the end of the program
// is unknown from then on, since nobody waits for its answer any more.
func (b *Book) Recover(ctx context.Context, before time.Time) error {
	return b.store.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE receipts SET state = ?, error = ? WHERE state = ? AND time < ?`,
			draft.ReceiptUnknown, "flagrante ended while it was sending", draft.ReceiptSending, before.UnixMicro())
		if err != nil {
			return fmt.Errorf("look for exports that were cut off: %w", err)
		}
		return nil
	})
}

// receipts returns the receipts of a draft, oldest first.
func (b *Book) receipts(ctx context.Context, draftID string) ([]draft.Receipt, error) {
	rows, err := b.store.Query(ctx, `SELECT `+receiptColumns+` FROM receipts WHERE draft_id = ? ORDER BY time, id`, draftID)
	if err != nil {
		return nil, fmt.Errorf("read the receipts of draft %s: %w", draftID, err)
	}
	defer rows.Close()
	var receipts []draft.Receipt
	for rows.Next() {
		var r draft.Receipt
		var micros int64
		var dropped string
		err := rows.Scan(&r.ID, &r.DraftID, &r.Portal, &r.State, &r.Ticket, &r.URL, &micros, &dropped, &r.Error)
		if err == nil {
			err = json.Unmarshal([]byte(dropped), &r.Dropped)
		}
		if err != nil {
			return nil, fmt.Errorf("read the receipts of draft %s: %w", draftID, err)
		}
		r.Time = time.UnixMicro(micros).UTC()
		receipts = append(receipts, r)
	}
	return receipts, rows.Err()
}
