package store

import (
	"context"
	"fmt"
	"time"

	"flagrante/capture"
)

// Failing counts the failures of a group in a span of time.
type Failing struct {
	Fingerprint string
	Endpoint    string
	Kind        capture.Kind
	Status      int
	LastSeen    time.Time
	Failures    int64
}

// Failing counts the failures of all groups of a host, from the minute of a time
// on to that of another, both included. Groups without any are left out.
func (s *Store) Failing(ctx context.Context, host string, from, to time.Time) ([]Failing, error) {
	found, err := collect(ctx, s, `SELECT g.fingerprint, g.endpoint, g.kind, g.status, g.last_seen, sum(m.failures)
		FROM groups g JOIN group_minutes m ON m.fingerprint = g.fingerprint
		WHERE g.host = ? AND g.scope = 'endpoint' AND m.minute >= ? AND m.minute <= ? GROUP BY g.fingerprint ORDER BY g.fingerprint`,
		[]any{host, minuteOf(from), minuteOf(to)}, func(row func(...any) error) (f Failing, err error) {
			var last int64
			err = row(&f.Fingerprint, &f.Endpoint, &f.Kind, &f.Status, &last, &f.Failures)
			f.LastSeen = time.UnixMicro(last).UTC()
			return f, err
		})
	if err != nil {
		return nil, fmt.Errorf("count the failures of %s: %w", host, err)
	}
	return found, nil
}

// Active lists the groups of a host that have a failure from a time on to another,
// without numbers.
func (s *Store) Active(ctx context.Context, host string, from, to time.Time) ([]Failing, error) {
	found, err := collect(ctx, s, `SELECT fingerprint, endpoint, kind, status, last_seen FROM groups
		WHERE host = ? AND scope = 'endpoint' AND last_seen >= ? AND first_seen <= ? ORDER BY fingerprint`,
		[]any{host, from.UnixMicro(), to.UnixMicro()}, func(row func(...any) error) (f Failing, err error) {
			var last int64
			err = row(&f.Fingerprint, &f.Endpoint, &f.Kind, &f.Status, &last)
			f.LastSeen = time.UnixMicro(last).UTC()
			return f, err
		})
	if err != nil {
		return nil, fmt.Errorf("list what fails at %s: %w", host, err)
	}
	return found, nil
}

// Succeeded returns when calls to the endpoints of a host last succeeded, in the
// minutes from a time on and before another. Endpoints without a success are left out.
func (s *Store) Succeeded(ctx context.Context, host string, from, to time.Time) (map[string]time.Time, error) {
	last := map[string]time.Time{}
	_, err := collect(ctx, s, `SELECT endpoint, max(last_good) FROM minutes WHERE host = ? AND start >= ? AND start < ? AND last_good > 0 GROUP BY endpoint`,
		[]any{host, from.UnixMicro(), to.UnixMicro()}, func(row func(...any) error) (none struct{}, err error) {
			var endpoint string
			var good int64
			err = row(&endpoint, &good)
			last[endpoint] = time.UnixMicro(good).UTC()
			return none, err
		})
	if err != nil {
		return nil, fmt.Errorf("look for the last successes at %s: %w", host, err)
	}
	return last, nil
}

// Since counts the failures of one group that are not expected, after a time and
// up to another.
func (s *Store) Since(ctx context.Context, fingerprint string, after, to time.Time) (n int64, err error) {
	err = s.db().read.QueryRowContext(ctx, `SELECT count(*) FROM failures WHERE fingerprint = ? AND expected = 0 AND time > ? AND time <= ?`,
		fingerprint, after.UnixMicro(), to.UnixMicro()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count the failures of group %s: %w", fingerprint, err)
	}
	return n, nil
}

// Healed counts the failures with a fingerprint that are expected, from a time on
// to another.
func (s *Store) Healed(ctx context.Context, fingerprint string, from, to time.Time) (n int64, err error) {
	err = s.db().read.QueryRowContext(ctx, `SELECT count(*) FROM failures WHERE fingerprint = ? AND expected = 1 AND time >= ? AND time <= ? AND chain <> ''`,
		fingerprint, from.UnixMicro(), to.UnixMicro()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count the healed failures of group %s: %w", fingerprint, err)
	}
	return n, nil
}

// Durations returns how long the latest failures of a group took, up to a time.
func (s *Store) Durations(ctx context.Context, fingerprint string, to time.Time, limit int) ([]time.Duration, error) {
	found, err := collect(ctx, s, `SELECT duration FROM failures WHERE fingerprint = ? AND expected = 0 AND time <= ? ORDER BY time DESC LIMIT ?`,
		[]any{fingerprint, to.UnixMicro(), limit}, func(row func(...any) error) (d time.Duration, err error) {
			var micros int64
			err = row(&micros)
			return time.Duration(micros) * time.Microsecond, err
		})
	if err != nil {
		return nil, fmt.Errorf("read how long the failures of group %s took: %w", fingerprint, err)
	}
	return found, nil
}
