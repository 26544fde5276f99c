package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"flagrante/capture"
	"flagrante/proxy"
)

// minute adds to the numbers of a minute.
func (w *writer) minute(ctx context.Context, m capture.Minute) error {
	start := m.Start.UTC().Truncate(time.Minute).UnixMicro()
	var stored []byte
	err := w.tx.QueryRowContext(ctx, `SELECT latency FROM minutes WHERE endpoint = ? AND start = ?`, m.Endpoint, start).Scan(&stored)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	latency, err := buckets(stored)
	if err != nil {
		return err
	}
	_, err = w.tx.ExecContext(ctx, `INSERT INTO minutes (endpoint, start, host, calls, failures, latency, last_good) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (endpoint, start) DO UPDATE SET calls = minutes.calls + excluded.calls, failures = minutes.failures + excluded.failures, latency = excluded.latency,
			last_good = max(minutes.last_good, excluded.last_good)`,
		m.Endpoint, start, m.Host, m.Calls, m.Failures, fromBuckets(sum(latency, m.Latency)), micros(m.LastGood))
	if err != nil || m.LastGood.IsZero() {
		return err
	}
	return w.succeeded(ctx, m)
}

// succeeded notes the drafts of which a success changes what is concluded: those of the
// endpoint, and of the host, where the endpoint is one of those that failed there.
func (w *writer) succeeded(ctx context.Context, m capture.Minute) error {
	_, err := w.tx.ExecContext(ctx, `INSERT INTO stale SELECT fingerprint, 1 FROM drafts d
			WHERE endpoint IN (?1, ?2 || '/*') AND open_since > 0 AND open_since < ?3 AND open_since > ?3 - 2592000000000
				AND (endpoint = ?1 OR EXISTS (SELECT 1 FROM groups g WHERE g.parent = d.fingerprint AND g.endpoint = ?1))
		ON CONFLICT (fingerprint) DO UPDATE SET n = stale.n + 1`, m.Endpoint, m.Host, micros(m.LastGood))
	return err
}

// sum adds two lists of numbers, of which the shorter one goes on with zeros.
func sum(a, b []uint32) []uint32 {
	if len(a) < len(b) {
		a, b = b, a
	}
	total := append([]uint32(nil), a...)
	for i, n := range b {
		total[i] += n
	}
	return total
}

func fromBuckets(counts []uint32) []byte {
	data := make([]byte, 0, len(counts)+8)
	for _, n := range counts {
		data = binary.AppendUvarint(data, uint64(n))
	}
	return data
}

func buckets(data []byte) (counts []uint32, err error) {
	for len(data) > 0 {
		n, size := binary.Uvarint(data)
		if size <= 0 || n > 1<<32-1 {
			return nil, errors.New("numbers of latency are damaged")
		}
		counts = append(counts, uint32(n))
		data = data[size:]
	}
	return counts, nil
}

// micros is 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Scope names whose numbers are meant: those of one endpoint, or where that is
// empty those of all endpoints of a host.
type Scope struct {
	Host     string
	Endpoint string
}

// where is the condition of a scope, and its parameter 1.
func (of Scope) where() (condition, name string) {
	if of.Endpoint == "" {
		return `host = ?1`, of.Host
	}
	return `endpoint = ?1`, of.Endpoint
}

// Minutes returns the numbers of a scope, from a time on and before another,
// oldest first.
func (s *Store) Minutes(ctx context.Context, of Scope, from, to time.Time) ([]capture.Minute, error) {
	where, name := of.where()
	minutes, err := once(ctx, [4]any{"minutes", of, from.UnixMicro(), to.UnixMicro()}, func() ([]capture.Minute, error) {
		return s.minutes(ctx, where, name, from, to)
	})
	if err != nil {
		return nil, fmt.Errorf("list minutes: %w", err)
	}
	return minutes, nil
}

func (s *Store) minutes(ctx context.Context, where, name string, from, to time.Time) ([]capture.Minute, error) {
	return Collect(ctx, s, minuteRows+`WHERE `+where+` AND start >= ?2 AND start < ?3 ORDER BY start, endpoint`, []any{name, from.UnixMicro(), to.UnixMicro()}, scanMinute)
}

// MinutesAfter returns the numbers of all endpoints after a minute, in microseconds since 1970, oldest
// first: so many, and the rest of the last minute of these.
func (s *Store) MinutesAfter(ctx context.Context, after int64, most int) ([]capture.Minute, error) {
	all, err := Collect(ctx, s, minuteRows+`WHERE start > ?1 AND start <= (SELECT max(start) FROM (SELECT start FROM minutes WHERE start > ?1 ORDER BY start LIMIT ?2) AS few) ORDER BY start, endpoint`, []any{after, most}, scanMinute)
	if err != nil {
		return nil, fmt.Errorf("list minutes: %w", err)
	}
	return all, nil
}

const minuteRows = `SELECT start, host, endpoint, calls, failures, latency, last_good FROM minutes `

func scanMinute(row func(...any) error) (m capture.Minute, err error) {
	var start, good int64
	var latency []byte
	if err := row(&start, &m.Host, &m.Endpoint, &m.Calls, &m.Failures, &latency, &good); err != nil {
		return capture.Minute{}, err
	}
	m.Start, m.LastGood = time.UnixMicro(start).UTC(), moment(good)
	m.Latency, err = buckets(latency)
	return m, err
}

// Usage is how much was called.
type Usage struct {
	// Calls and Failures are numbers of calls, First the beginning of their first minute, zero
	// when there were none.
	Calls, Failures int64
	First           time.Time
}

// Before sums up the minutes of a scope from a time on and before another. It also reports
// whether anything is known up to a third time, which may be later.
func (s *Store) Before(ctx context.Context, of Scope, from, before, to time.Time) (u Usage, known bool, err error) {
	where, name := of.where()
	type sum struct {
		Usage
		known bool
	}
	found, err := once(ctx, [5]any{"usage", of, from.UnixMicro(), before.UnixMicro(), to.UnixMicro()}, func() (all sum, err error) {
		var first int64
		err = s.db().Read.QueryRowContext(ctx, `SELECT coalesce(sum(CASE WHEN start < ?3 THEN calls ELSE 0 END), 0), coalesce(sum(CASE WHEN start < ?3 THEN failures ELSE 0 END), 0),
			coalesce(min(CASE WHEN start < ?3 THEN start END), 0), coalesce(max(length(latency)), 0) > 0 FROM minutes WHERE `+where+` AND start >= ?2 AND start < ?4`,
			name, from.UnixMicro(), before.UnixMicro(), to.UnixMicro()).Scan(&all.Calls, &all.Failures, &first, &all.known)
		all.First = moment(first)
		return all, err
	})
	if err != nil {
		return Usage{}, false, fmt.Errorf("sum up minutes: %w", err)
	}
	return found.Usage, found.known, nil
}

// good replaces the last good exchange of an endpoint by a newer one.
func (w *writer) good(ctx context.Context, g capture.Good) error {
	data, err := json.Marshal(g.Exchange)
	if err != nil {
		return err
	}
	_, err = w.tx.ExecContext(ctx, `INSERT INTO good (endpoint, time, exchange) VALUES (?, ?, ?)
		ON CONFLICT (endpoint) DO UPDATE SET time = excluded.time, exchange = excluded.exchange WHERE excluded.time >= good.time`,
		g.Endpoint, g.Exchange.Start.UnixMicro(), w.packer.encoder.EncodeAll(data, nil))
	return err
}

// LastGood returns the last exchange of an endpoint that did not fail, or
// ErrNotFound.
func (s *Store) LastGood(ctx context.Context, endpoint string) (*proxy.Exchange, error) {
	var stored []byte
	err := s.db().Read.QueryRowContext(ctx, `SELECT exchange FROM good WHERE endpoint = ?`, endpoint).Scan(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("the last good call of %s: %w", endpoint, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read the last good call of %s: %w", endpoint, err)
	}
	data, err := s.packer.unpack(stored, true)
	if err != nil {
		return nil, fmt.Errorf("read the last good call of %s: %w", endpoint, err)
	}
	x := &proxy.Exchange{}
	if err := json.Unmarshal(data, x); err != nil {
		return nil, fmt.Errorf("read the last good call of %s: %w", endpoint, err)
	}
	return x, nil
}
