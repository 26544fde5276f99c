package store

import (
	"context"
	"database/sql"
	"errors"
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
	s.stamp(b.Failures)
	ready := s.prepare(s.db(), b.Failures)
	defer func() { ready.end() }()
	for again := newAgain(ctx); ; {
		if db := s.db(); db != ready.db {
			ready.end()
			ready = s.prepare(db, b.Failures)
		}
		if stored, err = s.append(ctx, ready, b); err == nil {
			s.trouble.end()
			return stored, nil
		}
		if err = s.mend(ctx, err); !again.wait(ctx, err) {
			return 0, err
		}
	}
}

func (s *Store) append(ctx context.Context, ready *rows, b capture.Batch) (stored int, err error) {
	db, contents := ready.db, map[digest]*use{}
	begun := s.overdue()
	defer begun()
	err = db.hold(ctx, func(conn *sql.Conn, tx *sql.Tx) error {
		begun()
		if stored, err = s.newWriter(db, tx, contents).write(ctx, conn, ready, b); err != nil || s.origin.ID == "" {
			return err
		}
		return noteOrigin(ctx, tx, s.origin, b)
	}, func() {
		db.seen.keep(contents)
	})
	if err != nil {
		return 0, err
	}
	return stored, nil
}

// newWriter returns what stores one batch in a transaction.
func (s *Store) newWriter(db *database, tx *sql.Tx, contents map[digest]*use) *writer {
	return &writer{
		tx: tx, statements: &db.statements, packer: s.packer, seen: db.seen, sorted: map[sort]struct{}{},
		groups: map[string]*capture.Group{}, minutes: map[groupMinute]int64{}, origins: map[groupOrigin]*tally{}, contents: contents,
	}
}

// write stores a batch, whose failures are ready, and returns how many of them were new.
func (w *writer) write(ctx context.Context, conn *sql.Conn, ready *rows, b capture.Batch) (stored int, err error) {
	if ready.db.central != nil {
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

// hold runs f in one transaction, like Update, with the connection that it is on, and
// after it done, before another one can begin. Where many machines share the database
// others run meanwhile.
func (d *database) hold(ctx context.Context, f func(*sql.Conn, *sql.Tx) error, done func()) error {
	if d.central != nil {
		return d.tries(ctx, f, done)
	}
	return d.transact(ctx, f, done)
}

// transact runs f in one transaction, and done after it.
//
// What f runs ends with ctx. The transaction does not: database/sql ends it by throwing
// the connection of SQLite away, and with it the statements that are prepared on it.
func (d *database) transact(ctx context.Context, f func(*sql.Conn, *sql.Tx) error, done func()) error {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin to write: %w", err)
	}
	defer conn.Close()
	whole := ctx
	if d.central == nil {
		whole = context.WithoutCancel(ctx)
	}
	tx, err := conn.BeginTx(whole, nil)
	if err != nil {
		return fmt.Errorf("begin to write: %w", err)
	}
	defer tx.Rollback()
	if err := errors.Join(f(conn, tx), ctx.Err()); err != nil {
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
