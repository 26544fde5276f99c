// Package move puts what one store holds into another, such as the data folder of a machine into
// the store of a team, and compares both.
package move

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/capture/store"
	"flagrante/proxy"
)

// ErrInUse is returned by Run for a store in which people decided something already.
var ErrInUse = errors.New("people have decided something there already")

// Moved counts what was moved, or was there already of an earlier try.
type Moved struct {
	Failures int64 `json:"failures"`
	Minutes  int64 `json:"minutes"`
	// Rows are those of what people decided, sent and named.
	Rows int64 `json:"rows"`
}

const (
	// moveFailures and moveMinutes are how much is moved in one transaction.
	moveFailures = 200
	moveMinutes  = 1000
)

// move is one move from a store to another.
type move struct {
	from, to *store.Store
	origin   delivery.Origin
	progress func(done, total int64)
	done     Moved
	total    int64
}

// Run puts all that a store holds into another, as caught by origin. Nobody may write to
// from meanwhile. When it was ended in the middle it goes on there: how far it came is
// in the store that it moves to, and nothing counts twice. It tells its progress.
func Run(ctx context.Context, from, to *store.Store, origin delivery.Origin, progress func(done, total int64)) (Moved, error) {
	total, err := one[int64](ctx, from, `SELECT (SELECT count(*) FROM failures) + (SELECT count(*) FROM minutes)`)
	if err != nil {
		return Moved{}, fmt.Errorf("count what is to be moved: %w", err)
	}
	m := &move{from: from, to: to, origin: origin, progress: progress, total: total}
	for _, step := range []func(context.Context) error{m.tables, m.failures, m.marks, m.minutes, m.good} {
		if err := step(ctx); err != nil {
			return m.done, fmt.Errorf("move to %s: %w", to.Name(), err)
		}
	}
	return m.done, nil
}

// begun returns how far a sort was moved, the smallest number where that was not begun.
func (m *move) begun(ctx context.Context, sort string) (at int64, err error) {
	return one[int64](ctx, m.to, `SELECT coalesce(max(stored), ?) FROM streams WHERE stream = ?`, int64(math.MinInt64), m.stream(sort))
}

func (m *move) stream(sort string) string { return "moved " + sort + " of " + m.origin.ID }

// put stores a batch and notes that a sort is moved from one place to another, in one
// transaction.
func (m *move) put(ctx context.Context, sort string, from, to int64, b capture.Batch) error {
	return m.to.AppendTogether(ctx, func(t *store.Together) error {
		name := m.stream(sort)
		if _, err := t.ExecContext(ctx, `INSERT INTO streams (stream, origin, stored, taken) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING`, name, m.origin.ID, from); err != nil {
			return err
		}
		moved, err := t.ExecContext(ctx, `UPDATE streams SET stored = ? WHERE stream = ? AND stored = ?`, to, name, from)
		if err != nil {
			return err
		}
		if n, err := moved.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errors.New("another process moves the same"))
		}
		_, err = t.Append(ctx, m.origin, b)
		return err
	})
}

func (m *move) tell(n int64) {
	if m.progress != nil {
		m.progress(n, m.total)
	}
}

// failures moves them by their numbers: what was caught since an earlier try has higher
// ones, whatever its time is.
func (m *move) failures(ctx context.Context) error {
	at, err := m.begun(ctx, "failures")
	if err != nil {
		return err
	}
	if m.done.Failures, err = one[int64](ctx, m.from, `SELECT count(*) FROM failures WHERE n <= ?`, at); err != nil {
		return err
	}
	for {
		var last int64
		ids, err := store.Collect(ctx, m.from, `SELECT n, id FROM failures WHERE n > ? ORDER BY n LIMIT ?`, []any{at, moveFailures}, func(row func(...any) error) (id string, err error) {
			err = row(&last, &id)
			return id, err
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		var b capture.Batch
		for _, id := range ids {
			f, err := m.from.Failure(ctx, id)
			if err != nil {
				return err
			}
			b.Failures = append(b.Failures, f)
		}
		if err := m.put(ctx, "failures", at, last, b); err != nil {
			return err
		}
		at, m.done.Failures = last, m.done.Failures+int64(len(ids))
		m.tell(m.done.Failures)
	}
}

// marks moves what people said of single failures.
func (m *move) marks(ctx context.Context) error {
	type mark struct {
		id, note, by, tags string
		pinned             int64
	}
	all, err := store.Collect(ctx, m.from, `SELECT id, pinned, note, note_by, tags FROM failures WHERE pinned = 1 OR note <> '' OR tags <> '[]'`, nil,
		func(row func(...any) error) (k mark, err error) {
			err = row(&k.id, &k.pinned, &k.note, &k.by, &k.tags)
			return k, err
		})
	if err != nil || len(all) == 0 {
		return err
	}
	return m.to.Update(ctx, func(tx *sql.Tx) error {
		for _, k := range all {
			if _, err := tx.ExecContext(ctx, `UPDATE failures SET pinned = ?, note = ?, note_by = ?, tags = ? WHERE id = ?`, k.pinned, k.note, k.by, k.tags, k.id); err != nil {
				return err
			}
		}
		return nil
	})
}

// minutes moves them by their time, so many at once and the rest of the last minute: the
// calls that were counted since an earlier try are later ones.
func (m *move) minutes(ctx context.Context) error {
	at, err := m.begun(ctx, "calls")
	if err != nil {
		return err
	}
	if m.done.Minutes, err = one[int64](ctx, m.from, `SELECT count(*) FROM minutes WHERE start <= ?`, at); err != nil {
		return err
	}
	for {
		next, err := m.from.MinutesAfter(ctx, at, moveMinutes)
		if err != nil || len(next) == 0 {
			return err
		}
		to := next[len(next)-1].Start.UnixMicro()
		if err := m.put(ctx, "calls", at, to, capture.Batch{Traffic: next}); err != nil {
			return err
		}
		at, m.done.Minutes = to, m.done.Minutes+int64(len(next))
		m.tell(m.done.Failures + m.done.Minutes)
	}
}

// good moves the last good calls; of two of an endpoint the later one stays.
func (m *move) good(ctx context.Context) error {
	return m.from.WalkGood(ctx, func(endpoint string, x *proxy.Exchange) error {
		_, err := m.to.Append(ctx, capture.Batch{Good: []capture.Good{{Endpoint: endpoint, Exchange: *x}}})
		return err
	})
}

// one returns the only row of a query, which has one column.
func one[T any](ctx context.Context, s *store.Store, query string, args ...any) (T, error) {
	v, _, err := store.First(ctx, s, query, args, store.Value[T])
	return v, err
}
