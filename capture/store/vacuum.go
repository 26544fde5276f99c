package store

import (
	"context"
	"fmt"
)

// vacuumStep is how many pages are given back at once.
const vacuumStep = 256

// giveBack returns free pages of the file to the system, in small steps, and returns
// how many bytes that were.
func (s *Store) giveBack(ctx context.Context) (freed int64, err error) {
	if s.Central() {
		return 0, nil // The server does it by itself.
	}
	before, err := s.pages(ctx)
	if err != nil {
		return 0, fmt.Errorf("give space back: %w", err)
	}
	after := before
	for last := after + 1; after < last; {
		if last = after; ctx.Err() != nil {
			break
		}
		if err := s.vacuum(ctx); err != nil {
			return 0, fmt.Errorf("give space back: %w", err)
		}
		if after, err = s.pages(ctx); err != nil {
			return 0, fmt.Errorf("give space back: %w", err)
		}
	}
	var size int64
	if err := s.db().Read.QueryRowContext(ctx, `PRAGMA page_size`).Scan(&size); err != nil {
		return 0, fmt.Errorf("give space back: %w", err)
	}
	// The file itself gets smaller when the log is written into it, as far as that goes
	// without anybody having to wait.
	_, err = s.db().Write.ExecContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`)
	return (before - after) * size, err
}

func (s *Store) pages(ctx context.Context) (n int64, err error) {
	err = s.db().Read.QueryRowContext(ctx, `PRAGMA page_count`).Scan(&n)
	return n, err
}

// vacuum gives some pages back. The statement works as long as its rows are read.
func (s *Store) vacuum(ctx context.Context) error {
	rows, err := s.db().Write.QueryContext(ctx, fmt.Sprintf(`PRAGMA incremental_vacuum(%d)`, vacuumStep))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}
