package store

import (
	"context"
	cryptorand "crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"time"

	"flagrante/capture/store/postgres"
)

//go:embed migrations/postgres/*.sql
var centralMigrations embed.FS

const (
	// centralWriters and centralReaders are how many connections to PostgreSQL a process
	// has at most: those that write, and those that can't.
	centralWriters = 4
	centralReaders = 8
	// idleFor is how long one that nobody uses is kept.
	idleFor = 5 * time.Minute
)

// central is what is known of a database that many machines share, which is PostgreSQL.
type central struct {
	address string
	// name is the address without what is secret in it.
	name string
	// id tells this process from others that store.
	id string
}

// Central reports whether the store is a database that many machines share.
func (s *Store) Central() bool { return s.db().central != nil }

// Name is the path of the file, or the address of the database without what is secret in
// it.
func (s *Store) Name() string {
	if c := s.db().central; c != nil {
		return c.name
	}
	return s.path
}

// Hint says what to do about an error of Open for an address, empty where nothing is
// known.
func Hint(err error) string { return postgres.Hint(err) }

// openCentral opens a database of PostgreSQL.
func openCentral(ctx context.Context, address string) (db *database, err error) {
	db = &database{}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.close())
		}
	}()
	writers, err := postgres.NewConnector(address, false)
	if err != nil {
		return db, err
	}
	readers, err := postgres.NewConnector(address, true)
	if err != nil {
		return db, err
	}
	db.central = &central{address: address, name: writers.Name(), id: cryptorand.Text()}
	db.write, db.read = sql.OpenDB(writers), sql.OpenDB(readers)
	for pool, most := range map[*sql.DB]int{db.write: centralWriters, db.read: centralReaders} {
		pool.SetMaxOpenConns(most)
		pool.SetMaxIdleConns(most)
		pool.SetConnMaxIdleTime(idleFor)
	}
	return db, migrateCentral(ctx, db.write)
}

// migrateCentral brings the schema up to date. Of several processes one does it, while
// the others wait; who may not change tables can open a database that is up to date.
func migrateCentral(ctx context.Context, db *sql.DB) error {
	files, err := fs.Glob(centralMigrations, "migrations/postgres/*.sql")
	if err != nil {
		return err
	}
	version, err := centralVersion(ctx, db)
	if err != nil || version == len(files) {
		return err
	}
	if version > len(files) {
		return ErrNewer
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('flagrante.schema.' || current_schema(), 0))`); err != nil {
		return err
	}
	if version, err = centralVersion(ctx, tx); err != nil {
		return err
	}
	for ; version < len(files); version++ {
		statements, err := centralMigrations.ReadFile(files[version])
		if err != nil {
			return err
		}
		// Without parameters several statements go at once, and need no translation.
		if _, err := tx.ExecContext(ctx, string(statements)); err != nil {
			return fmt.Errorf("run %s: %w", files[version], err)
		}
	}
	if _, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS flagrante_schema (version bigint NOT NULL); DELETE FROM flagrante_schema`); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO flagrante_schema VALUES (?)`, version); err != nil {
		return err
	}
	return tx.Commit()
}

// asker runs queries of one row.
type asker interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// centralVersion is how many migrations a database has seen.
func centralVersion(ctx context.Context, db asker) (version int, err error) {
	var there bool
	if err := db.QueryRowContext(ctx, `SELECT to_regclass('flagrante_schema') IS NOT NULL`).Scan(&there); err != nil || !there {
		return 0, err
	}
	err = db.QueryRowContext(ctx, `SELECT coalesce(max(version), 0) FROM flagrante_schema`).Scan(&version)
	return version, err
}

// alone is hold while no other writes, as far as a turn keeps others from that.
func (d *database) alone(ctx context.Context, f func(*sql.Conn, *sql.Tx) error) error {
	if d.central != nil {
		return d.inTurn(ctx, f)
	}
	return d.transact(ctx, f, func() {})
}

// inTurn runs f in one transaction while no other f runs, on any machine, so that what
// it reads stays as it is. Batches of failures come meanwhile.
func (d *database) inTurn(ctx context.Context, f func(*sql.Conn, *sql.Tx) error) error {
	return d.tries(ctx, func(conn *sql.Conn, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('flagrante.turn.' || current_schema(), 0))`); err != nil {
			return fmt.Errorf("wait for others that write: %w", err)
		}
		return f(conn, tx)
	}, func() {})
}

// mostTries is how often a transaction is begun that loses against others.
const mostTries = 8

// tries runs f in a transaction, and done after it; once more where that lost against another.
func (d *database) tries(ctx context.Context, f func(*sql.Conn, *sql.Tx) error, done func()) (err error) {
	for n := range mostTries {
		err = d.transact(ctx, f, done)
		if !postgres.Again(err) {
			return err
		}
		pause := time.NewTimer(rand.N(time.Millisecond << n))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return err
		}
	}
	return err
}
