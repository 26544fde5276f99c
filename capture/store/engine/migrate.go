package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
)

// ErrNewer is returned for a database that a newer flagrante has written.
var ErrNewer = errors.New("the database was written by a newer flagrante")

// migrate runs the migrations of schema that the database has not seen, in the order of
// their names. Its user_version is the number of those it has; each runs in a transaction of its own.
func migrate(ctx context.Context, db *sql.DB, schema fs.FS) error {
	files, err := fs.Glob(schema, "*.sql")
	if err != nil {
		return err
	}
	for {
		more, err := migrateOnce(ctx, db, schema, files)
		if err != nil || !more {
			return err
		}
	}
}

// migrateOnce asks for the version inside of the transaction: another process
// may be migrating, too.
func migrateOnce(ctx context.Context, db *sql.DB, schema fs.FS, files []string) (more bool, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return false, err
	}
	if version > len(files) {
		return false, ErrNewer
	}
	if version == len(files) {
		return false, nil
	}
	statements, err := fs.ReadFile(schema, files[version])
	if err != nil {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, string(statements)); err != nil {
		return false, fmt.Errorf("run %s: %w", files[version], err)
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version+1)); err != nil {
		return false, err
	}
	return true, tx.Commit()
}

// Version is how many migrations the database has seen.
func (d *DB) Version(ctx context.Context) (version int, err error) {
	if d.Central != nil {
		return centralVersion(ctx, d.Read)
	}
	err = d.Read.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}
