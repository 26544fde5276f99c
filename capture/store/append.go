package store

import (
	"context"
	"database/sql"
	"fmt"

	"flagrante/capture"
)

// Append stores b, all in one transaction. A failure whose ID is there already
// is passed over, so that what was imported twice counts once; minutes add up.
// It returns how many failures were new. What it returned without an error outlives
// the end of the process, at whatever moment that comes.
//
// Where the file can't be written now (the disk is full, it is locked) and ctx has a
// deadline, it is tried again until then.
func (s *Store) Append(ctx context.Context, b capture.Batch) (stored int, err error) {
	for again := newAgain(ctx); ; {
		if stored, err = s.append(ctx, b); err == nil {
			s.trouble.end()
			return stored, nil
		}
		if err = s.mend(ctx, err); !again.wait(ctx, err) {
			return 0, err
		}
	}
}

func (s *Store) append(ctx context.Context, b capture.Batch) (stored int, err error) {
	db, sorted := s.db(), map[sort]struct{}{}
	err = db.hold(ctx, func(conn *sql.Conn, tx *sql.Tx) error {
		w := &writer{
			tx: tx, packer: s.packer, seen: db.seen, sorts: db.sorts, sorted: sorted,
			groups: map[string]*capture.Group{}, minutes: map[groupMinute]int64{}, contents: map[digest]int64{}, refs: map[int64]int{},
		}
		if len(b.Failures) > 0 {
			if err := conn.Raw(func(c any) error { return w.failures(ctx, c, b.Failures) }); err != nil {
				return err
			}
		}
		stored = w.stored
		return w.rest(context.WithoutCancel(ctx), b)
	}, func() { db.sorts.learn(sorted) })
	if err != nil {
		return 0, err
	}
	return stored, nil
}

// hold runs f in one transaction, like Update, with the connection that it is on,
// and after it done, before another one can begin.
func (d *database) hold(ctx context.Context, f func(*sql.Conn, *sql.Tx) error, done func()) error {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin to write: %w", err)
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin to write: %w", err)
	}
	defer tx.Rollback()
	if err := f(conn, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("end writing: %w", err)
	}
	done()
	return nil
}

// writer stores one batch.
type writer struct {
	tx     *sql.Tx
	packer *packer
	seen   *seen
	sorts  *sorts
	// sorted are the sorts of the batch that were not known before.
	sorted map[sort]struct{}
	stored int
	// groups are what the batch adds to the groups, by fingerprint.
	groups map[string]*capture.Group
	// minutes count the failures of the batch by group and minute.
	minutes map[groupMinute]int64
	// contents are rows of shared bodies, refs how often the batch uses each.
	contents map[digest]int64
	refs     map[int64]int
	statements
}

// rest stores what is not a failure itself.
func (w *writer) rest(ctx context.Context, b capture.Batch) error {
	if err := w.writeRefs(ctx); err != nil {
		return err
	}
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
