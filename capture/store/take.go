package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/mattn/go-sqlite3"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/capture/store/postgres"
)

const (
	// takeFailures and takeBytes are how much of a stream is taken at once, the bytes
	// as they are packed.
	takeFailures = 1000
	takeBytes    = 4 << 20
	// takeAtMost is how many deliveries are taken at once.
	takeAtMost = 64
)

// Take stores the next deliveries of one stream that nobody else is at, in their order
// and each once, and takes them away, all in one transaction; alter may change what
// they hold. It is the stream that is named, or any. A delivery that can't be stored is
// put aside in the table refused. Those of a newer program wait, with all that is behind
// them. It is a delivery.Taker.
func (s *Store) Take(ctx context.Context, stream string, alter func(*capture.Batch)) (delivery.Taken, error) {
	taken, tried, err := s.take(ctx, stream, alter, takeAtMost)
	switch {
	case err == nil || len(tried) == 0 || ctx.Err() != nil || Hindered(err):
		return taken, err
	case !unstorable(err):
		// Nobody waits for a stream whose time has not come.
		return taken, errors.Join(err, s.later(ctx, tried[0].Stream))
	}
	// One of them can't be stored: it is found by taking one alone.
	if taken, tried, err = s.take(ctx, stream, alter, 1); err == nil || len(tried) == 0 || !unstorable(err) {
		return taken, err
	}
	return s.refuse(ctx, tried[0], err)
}

// errStumbled is over a delivery that changing it stumbles over.
var errStumbled = errors.New("masking stumbles over it")

// unstorable tells errors of what is stored from those of the store, which may be over
// at the next try.
func unstorable(err error) bool {
	var of sqlite3.Error
	if errors.As(err, &of) {
		return of.Code == sqlite3.ErrConstraint || of.Code == sqlite3.ErrMismatch || of.Code == sqlite3.ErrTooBig
	}
	return errors.Is(err, errStumbled) || postgres.Unfit(err)
}

// later has other streams taken before one.
func (s *Store) later(ctx context.Context, stream string) error {
	return s.UpdateApart(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO streams (stream, origin, stored, taken) SELECT ?, '', 0, coalesce(max(taken), 0) + 1 FROM streams WHERE TRUE
			ON CONFLICT (stream) DO UPDATE SET taken = excluded.taken`, stream)
		return err
	})
}

// change lets alter at a batch that may hold anything.
func change(alter func(*capture.Batch), b *capture.Batch) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: a %T", errStumbled, cause)
		}
	}()
	alter(b)
	return nil
}

// take returns what it tried, too.
func (s *Store) take(ctx context.Context, only string, alter func(*capture.Batch), most int) (t delivery.Taken, next []delivery.Delivery, err error) {
	err = s.AppendTogether(ctx, func(in *Together) error {
		var at stream
		at, next, err = nextDeliveries(ctx, in.Tx, only, most)
		if err != nil || len(next) == 0 {
			return err
		}
		at.central = s.Central()
		if t, err = at.unpackAll(ctx, in.Tx, next); err != nil || t.Deliveries == 0 {
			return err
		}
		_, last := spanOf(t.Batch)
		t.Origin = next[0].Origin
		if t.Batch.Traffic, err = counting(ctx, in.Tx, merged(t.Batch.Traffic)); err != nil {
			return err
		}
		if err := change(alter, &t.Batch); err != nil {
			return err
		}
		if t.Stored, err = in.Append(ctx, t.Origin, t.Batch); err != nil {
			return err
		}
		return at.move(ctx, in.Tx, next[:t.Deliveries], last)
	})
	if err != nil {
		return delivery.Taken{}, next, fmt.Errorf("store what was delivered: %w", advised(err))
	}
	return t, next, nil
}

// stream is how far one is.
type stream struct {
	name   string
	stored int64
	// recent are the deliveries that were stored last, twins how many came of a second machine.
	recent []byte
	twins  int64
	// central says that others put deliveries in meanwhile.
	central bool
}

// waiting are the names of the streams of which deliveries are there. They are found one
// by one in the key, however many deliveries each has.
const waiting = `WITH RECURSIVE names (stream) AS (
		SELECT min(stream) FROM deliveries UNION ALL
		SELECT (SELECT min(d.stream) FROM deliveries d WHERE d.stream > names.stream) FROM names WHERE names.stream IS NOT NULL)`

// newStreams notes the streams of which the first delivery came.
const newStreams = `INSERT INTO streams (stream, origin, stored, taken) ` + waiting + `
	SELECT stream, '', 0, 0 FROM names WHERE stream IS NOT NULL AND NOT EXISTS (SELECT 1 FROM streams s WHERE s.stream = names.stream)
	ON CONFLICT DO NOTHING`

// freeStream chooses the stream that was taken from the longest ago, among those whose
// next delivery this program can read, or the one that is named. Whoever chose it holds its row to the end of the
// transaction.
const freeStream = waiting + ` SELECT s.stream, s.stored, s.recent, s.twins FROM names JOIN streams s ON s.stream = names.stream WHERE (SELECT d.format FROM deliveries d WHERE d.stream = s.stream ORDER BY d.seq LIMIT 1) <= ? AND ? IN ('', s.stream) ORDER BY s.taken LIMIT 1 /*postgres FOR UPDATE OF s SKIP LOCKED */`

// nextDeliveries chooses a stream and returns its next deliveries; none when there are none.
func nextDeliveries(ctx context.Context, tx *sql.Tx, only string, most int) (at stream, next []delivery.Delivery, err error) {
	if _, err := tx.ExecContext(ctx, newStreams); err != nil {
		return at, nil, err
	}
	err = tx.QueryRowContext(ctx, freeStream, delivery.Format, only).Scan(&at.name, &at.stored, &at.recent, &at.twins)
	if errors.Is(err, sql.ErrNoRows) {
		return at, nil, nil
	}
	if err != nil {
		return at, nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT seq, origin, machine, app, masks, format, failures, data FROM deliveries WHERE stream = ? ORDER BY seq LIMIT ?`, at.name, most)
	if err != nil {
		return at, nil, err
	}
	defer rows.Close()
	failures, size := 0, 0
	for failures < takeFailures && size < takeBytes && rows.Next() {
		d := delivery.Delivery{Stream: at.name}
		if err := rows.Scan(&d.Seq, &d.Origin.ID, &d.Origin.Machine, &d.Origin.App, &d.Origin.Masks, &d.Format, &d.Failures, &d.Data); err != nil {
			return at, nil, err
		}
		next = append(next, d)
		failures, size = failures+d.Failures, size+len(d.Data)
	}
	return at, next, rows.Err()
}

func join(to *capture.Batch, b capture.Batch) {
	to.Failures = append(to.Failures, b.Failures...)
	to.Healed = append(to.Healed, b.Healed...)
	to.Traffic = append(to.Traffic, b.Traffic...)
	to.Counted = append(to.Counted, b.Counted...)
	to.Good = append(to.Good, b.Good...)
}

// merged adds up the numbers of each minute and endpoint, so that each is written once.
func merged(minutes []capture.Minute) (all []capture.Minute) {
	type key struct {
		endpoint string
		start    int64
	}
	at := map[key]int{}
	for _, m := range minutes {
		k := key{m.Endpoint, m.Start.UnixMicro()}
		i, there := at[k]
		if !there {
			at[k], all = len(all), append(all, m)
			continue
		}
		had := &all[i]
		had.Calls, had.Failures, had.Latency = had.Calls+m.Calls, had.Failures+m.Failures, sum(had.Latency, m.Latency)
		if m.LastGood.After(had.LastGood) {
			had.LastGood = m.LastGood
		}
	}
	return all
}

// move notes how far a stream is stored, of which the latest is of that time, zero where it
// has none, and takes the deliveries away that were taken.
func (at *stream) move(ctx context.Context, tx *sql.Tx, taken []delivery.Delivery, last time.Time) error {
	moved := int64(math.MaxInt64)
	if !last.IsZero() {
		moved = last.UnixMicro()
	}
	_, err := tx.ExecContext(ctx, `UPDATE streams SET origin = ?2, stored = max(stored, ?3), recent = coalesce(?6, recent), twins = ?7,
		taken = (SELECT max(taken) + 1 FROM streams), moved = CASE WHEN moved = ?5 THEN ?4 WHEN ?4 = ?5 THEN moved ELSE max(moved, ?4) END WHERE stream = ?1`,
		at.name, taken[0].Origin.ID, at.stored, moved, int64(math.MaxInt64), at.recent, at.twins)
	if err != nil {
		return err
	}
	if !at.central {
		_, err = tx.ExecContext(ctx, `DELETE FROM deliveries WHERE stream = ? AND seq <= ?`, at.name, taken[len(taken)-1].Seq)
		return err
	}
	numbers, digests := make([]int64, len(taken)), make([][]byte, len(taken))
	for i, d := range taken {
		numbers[i], digests[i] = d.Seq, digestOf(d)
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM deliveries d USING unnest(?, ?) AS taken (seq, digest) WHERE d.stream = ? AND d.seq = taken.seq AND d.digest = taken.digest`, numbers, digests, at.name)
	return err
}

// noteOrigin remembers who caught the failures of a batch, or counted its calls.
func noteOrigin(ctx context.Context, tx *sql.Tx, o delivery.Origin, b capture.Batch) error {
	first, last := spanOf(b)
	if last.IsZero() {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO origins (id, machine, app, masks, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET masks = excluded.masks, first_seen = min(origins.first_seen, excluded.first_seen), last_seen = max(origins.last_seen, excluded.last_seen)`,
		o.ID, o.Machine, o.App, o.Masks, first.UnixMicro(), last.UnixMicro())
	return err
}

// spanOf returns the first and the last time of a batch, zero where it has none.
func spanOf(b capture.Batch) (first, last time.Time) {
	see := func(t time.Time) {
		if first.IsZero() || t.Before(first) {
			first = t
		}
		if t.After(last) {
			last = t
		}
	}
	for _, f := range b.Failures {
		see(f.Time)
	}
	for _, m := range b.Traffic {
		see(m.Start)
	}
	return first, last
}

// refuse puts a delivery aside whose storing failed, unless another has stored it
// meanwhile.
func (s *Store) refuse(ctx context.Context, d delivery.Delivery, cause error) (t delivery.Taken, err error) {
	err = s.Update(ctx, func(tx *sql.Tx) error {
		// That of a new stream was noted in the transaction that failed.
		if _, err := tx.ExecContext(ctx, `INSERT INTO streams (stream, origin, stored, taken) VALUES (?, ?, 0, 0) ON CONFLICT DO NOTHING`, d.Stream, d.Origin.ID); err != nil {
			return err
		}
		at := stream{name: d.Stream, central: s.Central()}
		err := tx.QueryRowContext(ctx, `SELECT stored, recent, twins FROM streams WHERE stream = ?`, d.Stream).Scan(&at.stored, &at.recent, &at.twins)
		if err != nil || at.see(d) == isStored {
			return err
		}
		t.Deliveries, t.Refused = 1, 1
		at.remember(d)
		return errors.Join(putAside(ctx, tx, d, cause), at.move(ctx, tx, []delivery.Delivery{d}, time.Time{}))
	})
	if err != nil {
		return delivery.Taken{}, fmt.Errorf("put aside what can't be stored: %w", err)
	}
	return t, nil
}

func putAside(ctx context.Context, tx *sql.Tx, d delivery.Delivery, cause error) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO refused (stream, seq, origin, format, reason, data) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		d.Stream, d.Seq, d.Origin.ID, d.Format, cause.Error(), d.Data)
	return err
}
