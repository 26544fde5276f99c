package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"flagrante/capture"
)

// maxCounted bounds how many calls of recordings are remembered. They take about 20
// bytes each.
const maxCounted = 1_000_000

// Counted reports whether a call of a recording is counted in its minute.
func (s *Store) Counted(ctx context.Context, id string) (bool, error) {
	var one int
	err := s.db().Read.QueryRowContext(ctx, `SELECT 1 FROM counted WHERE call = ?`, callKey(id)).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look up a counted call: %w", err)
	}
	return true, nil
}

// ForgetCounted forgets the earliest calls over the bound: a recording of that time
// that is imported once more would count them again.
func (s *Store) ForgetCounted(ctx context.Context) error { return s.forgetCounted(ctx, maxCounted) }

func (s *Store) forgetCounted(ctx context.Context, most int) error {
	return s.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM counted WHERE call IN (SELECT call FROM counted ORDER BY minute, call LIMIT (SELECT max(count(*) - ?, 0) FROM counted))`, most)
		if err != nil {
			return fmt.Errorf("forget counted calls: %w", err)
		}
		return nil
	})
}

func (w *writer) counted(ctx context.Context, c capture.Counted) error {
	_, err := w.tx.ExecContext(ctx, `INSERT INTO counted (call, minute) VALUES (?, ?) ON CONFLICT (call) DO NOTHING`,
		callKey(c.ID), c.Time.UTC().Truncate(time.Minute).UnixMicro())
	return err
}

// callKey is the key of a call. Two of a million have the same with a chance of one in
// forty million, and then one of them is not counted.
func callKey(id string) int64 {
	h := fnv.New64a()
	h.Write([]byte(id))
	return int64(h.Sum64()) //nolint:gosec // All bits count, the sign too.
}
