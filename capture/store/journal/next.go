package journal

import (
	"context"
	"database/sql"
	"fmt"

	"flagrante/capture/delivery"
)

const (
	// sendBytes is how much of a journal is sent at once, and sendAtMost how many
	// deliveries.
	sendBytes  = 4 << 20
	sendAtMost = 64
)

// Next returns the deliveries that were put in first; it is a delivery.Journal.
func (j *Journal) Next(ctx context.Context) (next []delivery.Delivery, err error) {
	rows, err := j.open.Load().QueryContext(ctx, `SELECT n, stream, seq, format, failures, data FROM entries ORDER BY n LIMIT ?`, sendAtMost)
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	defer rows.Close()
	var last int64
	for size := 0; size < sendBytes && rows.Next(); {
		d := delivery.Delivery{Origin: j.Origin}
		if err := rows.Scan(&last, &d.Stream, &d.Seq, &d.Format, &d.Failures, &d.Data); err != nil {
			return nil, fmt.Errorf("read the journal: %w", err)
		}
		next = append(next, d)
		size += len(d.Data)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	j.mu.Lock()
	j.read = last
	j.mu.Unlock()
	return next, nil
}

// Sent takes deliveries away.
func (j *Journal) Sent(ctx context.Context, sent []delivery.Delivery) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	db := j.open.Load()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin to empty the journal: %w", err)
	}
	defer tx.Rollback()
	after := j.held
	for _, d := range sent {
		// They are the first ones: nothing is looked for behind what was read.
		result, err := tx.ExecContext(ctx, `DELETE FROM entries WHERE n = (SELECT n FROM entries WHERE stream = ? AND seq = ? AND n <= ? ORDER BY n LIMIT 1)`, d.Stream, d.Seq, j.read)
		if err != nil {
			return fmt.Errorf("empty the journal: %w", err)
		}
		if gone, err := result.RowsAffected(); err != nil || gone == 0 {
			continue // Another process has sent it, too.
		}
		after.Deliveries, after.Failures, after.Bytes = after.Deliveries-1, after.Failures-int64(d.Failures), after.Bytes-int64(len(d.Data))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("empty the journal: %w", err)
	}
	j.held = after
	if after.Deliveries <= 0 {
		return drain(ctx, db)
	}
	return nil
}

// drain gives the room of what was sent back to the disk.
func drain(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, `PRAGMA incremental_vacuum`)
	if err != nil {
		return fmt.Errorf("shrink the journal: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}
