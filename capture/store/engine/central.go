package engine

import (
	"context"
	cryptorand "crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"flagrante/capture/store/postgres"
)

const (
	// centralWriters and centralReaders are how many connections to PostgreSQL a process
	// has at most: those that write, and those that can't.
	centralWriters = 4
	centralReaders = 8
	// idleFor is how long one that nobody uses is kept.
	idleFor = 5 * time.Minute
)

// Central is what is known of a database that many machines share, which is PostgreSQL.
type Central struct {
	// Address is how it is reached, with the password.
	Address string
	// Name is the address without what is secret in it.
	Name string
	// ID tells this process from others that store.
	ID string
}

// OpenCentral opens a database of PostgreSQL, and brings its schema up to date.
func OpenCentral(ctx context.Context, address string, schema fs.FS) (db *DB, err error) {
	db = &DB{}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
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
	db.Central = &Central{Address: address, Name: writers.Name(), ID: cryptorand.Text()}
	db.Write, db.Read = sql.OpenDB(writers), sql.OpenDB(readers)
	for pool, most := range map[*sql.DB]int{db.Write: centralWriters, db.Read: centralReaders} {
		pool.SetMaxOpenConns(most)
		pool.SetMaxIdleConns(most)
		pool.SetConnMaxIdleTime(idleFor)
	}
	return db, migrateCentral(ctx, db.Write, schema)
}

// migrateCentral brings the schema up to date. Of several processes one does it, while
// the others wait; who may not change tables can open a database that is up to date.
func migrateCentral(ctx context.Context, db *sql.DB, schema fs.FS) error {
	files, err := fs.Glob(schema, "*.sql")
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
		statements, err := fs.ReadFile(schema, files[version])
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
