// Package store keeps failures in one SQLite file, or in a PostgreSQL database that many
// machines share. It is the only package that imports their drivers.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	// The driver registers itself under the name "sqlite3".
	"github.com/mattn/go-sqlite3"

	"flagrante/capture/delivery"
	"flagrante/capture/store/postgres"
)

// ErrNotFound is returned for an ID that the store does not have.
var ErrNotFound = errors.New("not found")

// Store is an open database. It is safe for use by many goroutines, and several
// processes may have the same one open.
type Store struct {
	path string
	// driver is the name of SQLite's driver.
	driver string
	// open is the database, which a fresh one takes the place of when the file turns
	// out to be corrupt.
	open atomic.Pointer[database]
	// packer packs bodies.
	packer *packer
	// helper makes rows beside whoever appends.
	helper *helper
	// behind has the helper step back.
	behind bool
	// origin is who appends here, empty where there is one alone.
	origin delivery.Origin
	// arrived tells of deliveries.
	arrived bell
	// look is how many failures a page looks at, at most.
	look int
	// patience is how long storing waits for its turn before that is told.
	patience time.Duration
	trouble  trouble
}

// database is one that is open.
type database struct {
	// central is nil for a file.
	central *central
	// write has one connection for a file, so that writers of this process take turns here
	// rather than in SQLite's busy handler.
	write *sql.DB
	read  *sql.DB
	// seen are the bodies that came lately, nil where none is shared.
	seen *seen
	// statements are used inside of transactions that write.
	statements statements
	closing    sync.Once
	closed     error
}

// readers is the number of connections that only read.
const readers = 4

// Option changes how a Store is opened.
type Option func(*Store)

// WithDriver opens the file with another driver of database/sql: one that is built on
// that of SQLite, such as those of the package plan.
func WithDriver(name string) Option { return func(s *Store) { s.driver = name } }

// Behind has the thread that helps to store step back behind the traffic of the process, as
// the one that stores does.
func Behind() Option { return func(s *Store) { s.behind = true } }

// Open opens the database file at path, makes it when there is none, and brings
// its schema up to date. A file of a newer flagrante is ErrNewer, one that is no
// database any more ErrCorrupt. In place of a path it takes the address of a database of
// PostgreSQL, "postgres://…", of which Hint knows more where that fails.
func Open(ctx context.Context, path string, options ...Option) (*Store, error) {
	packer, err := newPacker()
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, driver: "sqlite3", packer: packer, look: maxLook, patience: lockedAfter, arrived: newBell()}
	for _, option := range options {
		option(s)
	}
	if s.helper, err = newHelper(s.behind); err != nil {
		return nil, errors.Join(err, packer.close())
	}
	db, err := s.openAt(ctx)
	if err != nil {
		return nil, errors.Join(err, s.helper.close(), packer.close())
	}
	s.open.Store(db)
	return s, nil
}

// openAt opens the file, or what the address says, which may have a password in it.
func (s *Store) openAt(ctx context.Context) (*database, error) {
	if postgres.Named(s.path) {
		db, err := openCentral(ctx, s.path)
		if err != nil {
			return nil, fmt.Errorf("open the shared database: %w", err)
		}
		return db, nil
	}
	db, err := openDatabase(ctx, s.driver, s.path)
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", s.path, asCorrupt(err))
	}
	return db, nil
}

// forWriting lets the log grow to 16 MiB before it is written into the file, so that
// pages which change with each batch are written once for many, and keeps 8 MiB of
// pages at hand.
const forWriting = `PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -8192`

func openDatabase(ctx context.Context, driver, path string) (db *database, err error) {
	if err := makePrivate(path); err != nil {
		return nil, err
	}
	options, err := writing(path)
	if err != nil {
		return nil, err
	}
	db = &database{}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.close())
		}
	}()
	if db.write, err = sql.Open(driver, dsn(path, "rwc", options)); err != nil {
		return db, err
	}
	db.write.SetMaxOpenConns(1)
	if err := connect(ctx, db.write); err != nil {
		return db, err
	}
	if err := migrate(ctx, db.write); err != nil {
		return db, err
	}
	if _, err := db.write.ExecContext(ctx, forWriting); err != nil {
		return db, err
	}
	if db.read, err = sql.Open(driver, dsn(path, "ro", url.Values{})); err != nil {
		return db, err
	}
	db.read.SetMaxOpenConns(readers)
	db.seen, err = readSeen(ctx, db.read)
	return db, err
}

const (
	// connectPatience is how long a new file may be in the hands of another process.
	connectPatience = 10 * time.Second
	// connectPause is how long it is left alone in between.
	connectPause = 10 * time.Millisecond
)

// connect opens the first connection. To give a new file its log, SQLite asks for it
// alone, and answers SQLITE_BUSY at once, whatever busy_timeout says, where another
// process does the same: it could wait for ever for one that waits for it.
func connect(ctx context.Context, db *sql.DB) error {
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

func (d *database) close() error {
	d.closing.Do(func() {
		var errs []error
		if d.read != nil && d.central == nil {
			errs = append(errs, d.withWriter(context.Background(), func(any) error { return d.statements.close() }))
		}
		for _, one := range []*sql.DB{d.read, d.write} {
			if one != nil {
				errs = append(errs, one.Close())
			}
		}
		d.closed = errors.Join(errs...)
	})
	return d.closed
}

// withWriter runs f with the driver's connection that writes, while nobody else does.
func (d *database) withWriter(ctx context.Context, f func(any) error) error {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return err
	}
	return errors.Join(conn.Raw(f), conn.Close())
}

// db is the database that is open now.
func (s *Store) db() *database { return s.open.Load() }

// Close closes the database. Nothing that was appended is lost.
func (s *Store) Close() error {
	return errors.Join(s.helper.close(), s.db().close(), s.packer.close())
}

// Ready returns nil when the database can be read, and failures are stored.
func (s *Store) Ready(ctx context.Context) error {
	var one int
	if err := s.db().read.QueryRowContext(ctx, "SELECT 1 FROM pulses LIMIT 1").Scan(&one); err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	if t, ok := s.Trouble(); ok {
		return fmt.Errorf("failures can't be stored: %s", t.Text)
	}
	return s.db().transact(ctx, func(*sql.Conn, *sql.Tx) error { return nil }, func() {})
}

// Update runs f in one transaction that writes. All of it is kept when f
// returns nil, and nothing of it otherwise.
//
// Nobody else is in an Update meanwhile, on any machine; batches are stored beside it
// where many machines share the database. There f runs again where it lost against one.
func (s *Store) Update(ctx context.Context, f func(*sql.Tx) error) error {
	return s.db().alone(ctx, func(_ *sql.Conn, tx *sql.Tx) error { return f(tx) })
}

// UpdateApart is Update without a turn: others may run theirs at the same time, where
// many machines share the database. It is meant for statements that each decide for
// themselves, such as taking a row that nobody else has.
func (s *Store) UpdateApart(ctx context.Context, f func(*sql.Tx) error) error {
	if db := s.db(); db.central != nil {
		return db.tries(ctx, func(_ *sql.Conn, tx *sql.Tx) error { return f(tx) }, func() {})
	}
	return s.Update(ctx, f)
}

// Query runs a query on a connection that can't write.
func (s *Store) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.db().read.QueryContext(ctx, query, args...)
}
