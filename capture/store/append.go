package store

import (
	"context"
	"database/sql"
	"fmt"

	"flagrante/capture"
	"flagrante/capture/store/trouble"
)

// Append stores b, all in one transaction. A failure whose ID is there already
// is passed over, so that what was imported twice counts once; minutes add up.
// It returns how many failures were new. What it returned without an error outlives
// the end of the process, at whatever moment that comes.
//
// Where the file can't be written now (the disk is full, it is locked) and ctx has a
// deadline, it is tried again until then.
func (s *Store) Append(ctx context.Context, b capture.Batch) (stored int, err error) {
	s.stamp(b.Failures)
	ready := s.prepare(s.db(), b.Failures)
	defer func() { ready.end() }()
	for again := trouble.NewAgain(ctx); ; {
		if db := s.db(); db != ready.db {
			ready.end()
			ready = s.prepare(db, b.Failures)
		}
		if stored, err = s.append(ctx, ready, b); err == nil {
			s.trouble.End()
			return stored, nil
		}
		if err = s.mend(ctx, err); !again.Wait(ctx, trouble.Of(err)) {
			return 0, err
		}
	}
}

func (s *Store) append(ctx context.Context, ready *rows, b capture.Batch) (stored int, err error) {
	begun := s.overdue()
	defer begun()
	err = s.together(ctx, ready.db, func(t *Together) error {
		begun()
		stored, err = t.append(ctx, ready, s.origin, b)
		return err
	})
	if err != nil {
		return 0, err
	}
	return stored, nil
}

// write stores a batch, whose failures are ready, and returns how many of them were new.
func (w *writer) write(ctx context.Context, conn *sql.Conn, ready *rows, b capture.Batch) (stored int, err error) {
	if ready.db.Central != nil {
		return w.writeCentral(ctx, ready, b)
	}
	if len(ready.all) > 0 {
		if err := conn.Raw(func(c any) error { return w.failures(ctx, c, ready.all) }); err != nil {
			return 0, err
		}
	}
	if w.stored > 0 {
		if err := addTotal(ctx, w.tx, w.stored); err != nil {
			return 0, err
		}
	}
	return w.stored, w.rest(context.WithoutCancel(ctx), b)
}

// addTotal counts failures that came, or went.
func addTotal(ctx context.Context, tx *sql.Tx, n int) error {
	if _, err := tx.ExecContext(ctx, `UPDATE totals SET n = n + ? WHERE name = 'failures'`, n); err != nil {
		return fmt.Errorf("count the failures: %w", err)
	}
	return nil
}

// writer stores one batch.
type writer struct {
	tx     *sql.Tx
	packer *packer
	seen   *seen
	// sorted are the sorts of the batch.
	sorted map[sort]struct{}
	stored int
	// groups are what the batch adds to the groups, by fingerprint.
	groups map[string]*capture.Group
	// minutes count the failures of the batch by group and minute.
	minutes map[groupMinute]int64
	// origins count them by group, origin and country.
	origins map[groupOrigin]*tally
	// contents are the rows of shared bodies.
	contents map[digest]*use
	*statements
}

// rest stores what is not a failure itself.
func (w *writer) rest(ctx context.Context, b capture.Batch) error {
	for _, h := range b.Healed {
		if err := w.heal(ctx, h); err != nil {
			return fmt.Errorf("note that failure %s was made good: %w", h.FailureID, err)
		}
	}
	for _, m := range b.Traffic {
		if err := w.minute(ctx, m); err != nil {
			return fmt.Errorf("count the calls to an endpoint: %w", err)
		}
	}
	for _, c := range b.Counted {
		if err := w.counted(ctx, c); err != nil {
			return fmt.Errorf("note a counted call: %w", err)
		}
	}
	for _, g := range b.Good {
		if err := w.good(ctx, g); err != nil {
			return fmt.Errorf("store the last good call of an endpoint: %w", err)
		}
	}
	return nil
}
