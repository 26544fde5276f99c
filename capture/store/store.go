// Package store keeps failures in one SQLite file, or in a PostgreSQL database that many
// machines share. Only it and what lies below it import their drivers.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"flagrante/capture/delivery"
	"flagrante/capture/store/engine"
	"flagrante/capture/store/postgres"
	"flagrante/capture/store/trouble"
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
	trouble  trouble.State
}

// database is one that is open, and what is known of it.
type database struct {
	*engine.DB
	// seen are the bodies that came lately, nil where none is shared.
	seen *seen
	// statements are used inside of transactions that write.
	statements statements
	closing    sync.Once
	closed     error
}

// Option changes how a Store is opened.
type Option func(*Store)

// WithDriver opens the file with another driver of database/sql: one that is built on
// that of SQLite, such as those of the package plan.
func WithDriver(name string) Option { return func(s *Store) { s.driver = name } }

// Behind has the thread that helps to store step back behind the traffic of the process, as
// the one that stores does.
func Behind() Option { return func(s *Store) { s.behind = true } }

// Open opens the database file at path, makes it when there is none, and brings
// its schema up to date. A file of a newer flagrante is engine.ErrNewer, one that is no
// database any more trouble.ErrCorrupt. In place of a path it takes the address of a database of
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
	db, err := openFile(ctx, s.driver, s.path)
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", s.path, trouble.AsCorrupt(err))
	}
	return db, nil
}

// openFile opens the file at path with a driver of SQLite.
func openFile(ctx context.Context, driver, path string) (*database, error) {
	tables, err := schema("migrations")
	if err != nil {
		return nil, err
	}
	db, err := engine.OpenFile(ctx, driver, path, tables)
	if err != nil {
		return nil, err
	}
	seen, err := readSeen(ctx, db.Read)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &database{DB: db, seen: seen}, nil
}

// openCentral opens what the address says, which may have a password in it.
func openCentral(ctx context.Context, address string) (*database, error) {
	tables, err := schema("migrations/postgres")
	if err != nil {
		return nil, err
	}
	db, err := engine.OpenCentral(ctx, address, tables)
	if err != nil {
		return nil, err
	}
	return &database{DB: db}, nil
}

// close closes the statements, too, which SQLite asks for.
func (d *database) close() error {
	d.closing.Do(func() {
		if d.Central == nil {
			d.closed = d.WithWriter(context.Background(), func(any) error { return d.statements.close() })
		}
		d.closed = errors.Join(d.closed, d.Close())
	})
	return d.closed
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
	if err := s.db().Read.QueryRowContext(ctx, "SELECT 1 FROM pulses LIMIT 1").Scan(&one); err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	if t, ok := s.Trouble(); ok {
		return fmt.Errorf("failures can't be stored: %s", t.Text)
	}
	return s.db().Transact(ctx, func(*sql.Conn, *sql.Tx) error { return nil }, func() {})
}

// Update runs f in one transaction that writes. All of it is kept when f
// returns nil, and nothing of it otherwise.
//
// Nobody else is in an Update meanwhile, on any machine; batches are stored beside it
// where many machines share the database. There f runs again where it lost against one.
func (s *Store) Update(ctx context.Context, f func(*sql.Tx) error) error {
	return s.db().Alone(ctx, func(_ *sql.Conn, tx *sql.Tx) error { return f(tx) })
}

// UpdateApart is Update without a turn: others may run theirs at the same time, where
// many machines share the database. It is meant for statements that each decide for
// themselves, such as taking a row that nobody else has.
func (s *Store) UpdateApart(ctx context.Context, f func(*sql.Tx) error) error {
	if db := s.db(); db.Central != nil {
		return db.Tries(ctx, func(_ *sql.Conn, tx *sql.Tx) error { return f(tx) }, func() {})
	}
	return s.Update(ctx, f)
}

// Query runs a query on a connection that can't write.
func (s *Store) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.db().Read.QueryContext(ctx, query, args...)
}
