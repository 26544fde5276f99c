// Package journal keeps what a proxy caught in a file of its machine, until it was sent to the
// store of a team.
package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/capture/store/engine"
	"flagrante/capture/store/trouble"
)

// ErrFull is returned when a journal holds as much as it may.
var ErrFull = errors.New("the journal is full: the team's store took nothing for too long")

const schema = `
CREATE TABLE IF NOT EXISTS entries (
  n        INTEGER PRIMARY KEY,
  stream   TEXT NOT NULL,
  seq      INTEGER NOT NULL,
  format   INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  data     BLOB NOT NULL
) STRICT`

// Options are what a Journal is opened with.
type Options struct {
	// Path is its file.
	Path string
	// Origin is who this is.
	Origin delivery.Origin
	// Stream names this opening: it must never have been used before, also by a copy of
	// the file.
	Stream string
	// MaxBytes bounds what it holds; 0 is no bound.
	MaxBytes int64
}

// Journal keeps what was caught in a SQLite file of this machine until it was sent to
// the team's store. What Append has returned without an error outlives the end of the
// process. Several processes may have it open; each writes a stream of its own.
type Journal struct {
	Options
	packer  *delivery.Packer
	open    atomic.Pointer[sql.DB]
	filled  chan struct{}
	trouble trouble.State

	mu  sync.Mutex
	seq int64
	// read is how far Next has read.
	read int64
	// held is what was in it at the opening, and what changed since.
	held Held
}

// Held is what a journal holds.
type Held struct {
	Deliveries, Failures, Bytes int64
}

// Open opens a journal, and makes it where there is none. One that is no database
// any more is trouble.ErrCorrupt.
func Open(ctx context.Context, o Options) (*Journal, error) {
	packer, err := delivery.NewPacker()
	if err != nil {
		return nil, fmt.Errorf("open the journal %s: %w", o.Path, err)
	}
	j := &Journal{Options: o, packer: packer, filled: make(chan struct{}, 1)}
	if err := j.reopen(ctx); err != nil {
		return nil, fmt.Errorf("open the journal %s: %w", o.Path, trouble.AsCorrupt(err))
	}
	return j, nil
}

func (j *Journal) reopen(ctx context.Context) (err error) {
	if err := engine.MakePrivate(j.Path); err != nil {
		return err
	}
	options, err := engine.Writing(j.Path)
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite3", engine.DSN(j.Path, "rwc", options))
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	db.SetMaxOpenConns(1)
	if err := engine.Connect(ctx, db); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return err
	}
	held, err := held(ctx, db)
	if err != nil {
		return err
	}
	j.open.Store(db)
	j.mu.Lock()
	j.held = held
	j.mu.Unlock()
	j.fill()
	return nil
}

func held(ctx context.Context, db *sql.DB) (h Held, err error) {
	err = db.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(failures), 0), coalesce(sum(length(data)), 0) FROM entries`).Scan(&h.Deliveries, &h.Failures, &h.Bytes)
	return h, err
}

// Append keeps b, all of it or nothing, and returns the number of its failures. Where
// the file can't be written now, or is full, and ctx has a deadline, it is tried again
// until then.
func (j *Journal) Append(ctx context.Context, b capture.Batch) (stored int, err error) {
	parts, err := j.packer.Pack(b)
	if err != nil {
		return 0, err
	}
	for again := trouble.NewAgain(ctx); ; {
		if err = j.put(ctx, parts); err == nil {
			j.trouble.End()
			j.fill()
			return len(b.Failures), nil
		}
		if err = j.mend(ctx, err); !again.Wait(ctx, cause(err)) {
			return 0, err
		}
	}
}

func (j *Journal) put(ctx context.Context, parts []delivery.Packed) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	after := j.held
	for _, p := range parts {
		after.Deliveries, after.Failures, after.Bytes = after.Deliveries+1, after.Failures+int64(p.Failures), after.Bytes+int64(len(p.Data))
	}
	if j.MaxBytes > 0 && after.Bytes > j.MaxBytes {
		return ErrFull
	}
	tx, err := j.open.Load().BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin to write the journal: %w", err)
	}
	defer tx.Rollback()
	for i, p := range parts {
		_, err := tx.ExecContext(ctx, `INSERT INTO entries (stream, seq, format, failures, data) VALUES (?, ?, ?, ?, ?)`, j.Stream, j.seq+int64(i)+1, delivery.Format, p.Failures, p.Data)
		if err != nil {
			return fmt.Errorf("write the journal: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("end writing the journal: %w", err)
	}
	j.seq, j.held = j.seq+int64(len(parts)), after
	return nil
}

// cause is why nothing can be kept, empty for an error of what was to be kept.
func cause(err error) string {
	if errors.Is(err, ErrFull) {
		return trouble.Full
	}
	return trouble.Of(err)
}

// mend notes why keeping failed, and puts a fresh file in the place of a corrupt one.
func (j *Journal) mend(ctx context.Context, err error) error {
	why := cause(err)
	if why == "" {
		return err
	}
	r := trouble.Report{Cause: why, Text: fmt.Sprintf("%s: %v", j.Path, err)}
	if why == trouble.Corrupt && j.trouble.Notify != nil {
		old := j.open.Load()
		aside, setErr := engine.SetAside(j.Path)
		if setErr == nil {
			setErr = errors.Join(j.reopen(ctx), old.Close())
		}
		r.Aside, err = aside, errors.Join(err, setErr)
	}
	j.trouble.Begin(r)
	return err
}

func (j *Journal) fill() {
	select {
	case j.filled <- struct{}{}:
	default:
	}
}

// Filled tells that something was put in since it was last asked.
func (j *Journal) Filled() <-chan struct{} { return j.filled }

// Held returns what the journal holds.
func (j *Journal) Held() Held {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.held
}

// Watch has f called as Store.Watch has.
func (j *Journal) Watch(f func(r trouble.Report, over bool)) { j.trouble.Notify = f }

// Trouble returns why nothing can be kept now, and whether nothing can.
func (j *Journal) Trouble() (trouble.Report, bool) { return j.trouble.Current() }

// Ready returns nil when what is caught can be kept.
func (j *Journal) Ready(ctx context.Context) error {
	if t, ok := j.Trouble(); ok {
		return fmt.Errorf("failures can't be kept: %s", t.Text)
	}
	tx, err := j.open.Load().BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin to write the journal: %w", err)
	}
	return tx.Rollback()
}

// Close closes the file. Nothing that was kept is lost.
func (j *Journal) Close() error { return j.open.Load().Close() }
