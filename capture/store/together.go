package store

import (
	"context"
	"database/sql"

	"flagrante/capture"
	"flagrante/capture/delivery"
)

// Together is a transaction in which batches are stored with what belongs to them.
type Together struct {
	*sql.Tx
	store    *Store
	db       *database
	conn     *sql.Conn
	contents map[digest]*use
}

// AppendTogether runs f in one transaction. All of it is kept when f returns nil, and nothing
// of it otherwise. Others may be in theirs at the same time where many machines share the
// database; there f runs again where it lost against one.
func (s *Store) AppendTogether(ctx context.Context, f func(*Together) error) error {
	return s.together(ctx, s.db(), f)
}

func (s *Store) together(ctx context.Context, db *database, f func(*Together) error) error {
	contents := map[digest]*use{}
	return db.Hold(ctx, func(conn *sql.Conn, tx *sql.Tx) error {
		clear(contents)
		return f(&Together{Tx: tx, store: s, db: db, conn: conn, contents: contents})
	}, func() { db.seen.keep(contents) })
}

// Append stores b as caught by origin, and returns how many of its failures were new.
func (t *Together) Append(ctx context.Context, origin delivery.Origin, b capture.Batch) (stored int, err error) {
	for _, f := range b.Failures {
		f.Origin.ID = origin.ID
	}
	ready := t.store.prepare(t.db, b.Failures)
	defer ready.end()
	return t.append(ctx, ready, origin, b)
}

// append stores b, whose failures are being made ready, for an origin that may be empty.
func (t *Together) append(ctx context.Context, ready *rows, origin delivery.Origin, b capture.Batch) (stored int, err error) {
	if stored, err = t.writer().write(ctx, t.conn, ready, b); err != nil || origin.ID == "" {
		return stored, err
	}
	return stored, noteOrigin(ctx, t.Tx, origin, b)
}

// writer returns what stores one batch.
func (t *Together) writer() *writer {
	return &writer{
		tx: t.Tx, statements: &t.db.statements, packer: t.store.packer, seen: t.db.seen, sorted: map[sort]struct{}{},
		groups: map[string]*capture.Group{}, minutes: map[groupMinute]int64{}, origins: map[groupOrigin]*tally{}, contents: t.contents,
	}
}
