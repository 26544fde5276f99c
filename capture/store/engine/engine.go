// Package engine opens the databases that a store is made of, a SQLite file of this machine or
// a PostgreSQL that many share, and runs transactions on them. What is in their tables is the
// store's business.
package engine

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"time"

	// The driver registers itself under the name "sqlite3".
	"github.com/mattn/go-sqlite3"
)

// DB is a database that is open.
type DB struct {
	// Central is nil for a file.
	Central *Central
	// Write has one connection for a file, so that writers of this process take turns here
	// rather than in SQLite's busy handler.
	Write *sql.DB
	// Read can't write.
	Read *sql.DB
}

// readers is the number of connections that only read.
const readers = 4

// forWriting lets the log grow to 16 MiB before it is written into the file, so that
// pages which change with each batch are written once for many, and keeps 8 MiB of
// pages at hand.
const forWriting = `PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -8192`

// OpenFile opens a file of SQLite with a driver of that name, makes it where there is none, and
// brings its schema up to date.
func OpenFile(ctx context.Context, driver, path string, schema fs.FS) (db *DB, err error) {
	if err := MakePrivate(path); err != nil {
		return nil, err
	}
	options, err := Writing(path)
	if err != nil {
		return nil, err
	}
	db = &DB{}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if db.Write, err = sql.Open(driver, DSN(path, "rwc", options)); err != nil {
		return db, err
	}
	db.Write.SetMaxOpenConns(1)
	if err := Connect(ctx, db.Write); err != nil {
		return db, err
	}
	if err := migrate(ctx, db.Write, schema); err != nil {
		return db, err
	}
	if _, err := db.Write.ExecContext(ctx, forWriting); err != nil {
		return db, err
	}
	if db.Read, err = sql.Open(driver, DSN(path, "ro", url.Values{})); err != nil {
		return db, err
	}
	db.Read.SetMaxOpenConns(readers)
	return db, nil
}

const (
	// connectPatience is how long a new file may be in the hands of another process.
	connectPatience = 10 * time.Second
	// connectPause is how long it is left alone in between.
	connectPause = 10 * time.Millisecond
)

// Connect opens the first connection. To give a new file its log, SQLite asks for it
// alone, and answers SQLITE_BUSY at once, whatever busy_timeout says, where another
// process does the same: it could wait for ever for one that waits for it.
func Connect(ctx context.Context, db *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, connectPatience)
	defer cancel()
	for {
		err := db.PingContext(ctx)
		if busy := (sqlite3.Error{}); !errors.As(err, &busy) || busy.Code != sqlite3.ErrBusy {
			return err
		}
		pause := time.NewTimer(connectPause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return err
		}
	}
}

// Close closes all connections. It may be called again.
func (d *DB) Close() error {
	var errs []error
	for _, one := range []*sql.DB{d.Read, d.Write} {
		if one != nil {
			errs = append(errs, one.Close())
		}
	}
	return errors.Join(errs...)
}

// WithWriter runs f with the driver's connection that writes, while nobody else does.
func (d *DB) WithWriter(ctx context.Context, f func(any) error) error {
	conn, err := d.Write.Conn(ctx)
	if err != nil {
		return err
	}
	return errors.Join(conn.Raw(f), conn.Close())
}
