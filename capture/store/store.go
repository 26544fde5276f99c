// Package store keeps failures in one SQLite file. It is the only package that
// imports the SQLite driver.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	// The driver registers itself under the name "sqlite3".
	_ "github.com/mattn/go-sqlite3"
)

// ErrNotFound is returned for an ID that the store does not have.
var ErrNotFound = errors.New("not found")

// Store is an open database. It is safe for use by many goroutines, and several
// processes may have the same file open.
type Store struct {
	// write has one connection, so that writers of this process take turns here
	// rather than in SQLite's busy handler.
	write *sql.DB
	read  *sql.DB
	// packer packs bodies.
	packer *packer
	// seen are the bodies that came lately.
	seen *seen
	// sorts are the sorts of failures that came lately.
	sorts *sorts
}

// readers is the number of connections that only read.
const readers = 4

// Open opens the database file at path, makes it when there is none, and brings
// its schema up to date. A file of a newer flagrante is ErrNewer.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := makePrivate(path); err != nil {
		return nil, fmt.Errorf("make the database %s: %w", path, err)
	}
	options, err := writing(path)
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	write, err := sql.Open("sqlite3", dsn(path, "rwc", options))
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	if err := migrate(ctx, write); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database %s: %w", path, err), write.Close())
	}
	read, err := sql.Open("sqlite3", dsn(path, "ro", url.Values{}))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the database %s: %w", path, err), write.Close())
	}
	read.SetMaxOpenConns(readers)
	packer, err := newPacker()
	if err != nil {
		return nil, errors.Join(err, read.Close(), write.Close())
	}
	seen, err := readSeen(ctx, read)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the database %s: %w", path, err), read.Close(), write.Close(), packer.close())
	}
	return &Store{write: write, read: read, packer: packer, seen: seen, sorts: &sorts{known: map[sort]struct{}{}}}, nil
}

// Close closes the database. Nothing that was appended is lost.
func (s *Store) Close() error {
	return errors.Join(s.read.Close(), s.write.Close(), s.packer.close())
}

// Ready returns nil when the database can be read.
func (s *Store) Ready(ctx context.Context) error {
	var one int
	if err := s.read.QueryRowContext(ctx, "SELECT 1 FROM sqlite_schema LIMIT 1").Scan(&one); err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	return nil
}

// Update runs f in one transaction that writes. All of it is kept when f
// returns nil, and nothing of it otherwise.
func (s *Store) Update(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin to write: %w", err)
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("end writing: %w", err)
	}
	return nil
}

// Query runs a query on a connection that can't write.
func (s *Store) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.read.QueryContext(ctx, query, args...)
}
