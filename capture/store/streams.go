package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"flagrante/capture"
)

// ForgetStreams forgets how far the streams are stored that brought nothing of that time
// or later, and returns how many. What comes again of one counts once all the same: its
// failures are known by their IDs, and calls of before that time are counted no more, of
// whatever stream.
func (s *Store) ForgetStreams(ctx context.Context, before time.Time) (n int64, err error) {
	err = s.UpdateApart(ctx, func(tx *sql.Tx) error {
		gone, err := tx.ExecContext(ctx, `DELETE FROM streams WHERE moved < ?`, before.UnixMicro())
		if err != nil {
			return err
		}
		if n, err = gone.RowsAffected(); err != nil || n == 0 {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE forgotten SET before = max(before, ?)`, before.UnixMicro())
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget streams that ended: %w", err)
	}
	return n, nil
}

// counting leaves the calls out of which it is not known any more whether they were
// counted.
func counting(ctx context.Context, tx *sql.Tx, calls []capture.Minute) ([]capture.Minute, error) {
	var before int64
	if err := tx.QueryRowContext(ctx, `SELECT before FROM forgotten`).Scan(&before); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(calls, func(m capture.Minute) bool { return m.Start.UnixMicro() < before }), nil
}
