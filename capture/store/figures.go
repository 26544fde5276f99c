package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
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
	found, err := once(ctx, [4]any{"failing", host, minuteOf(from), minuteOf(to)}, func() ([]Failing, error) {
		return collect(ctx, s, `SELECT g.fingerprint, g.endpoint, g.kind, g.status, g.last_seen,
				(SELECT coalesce(sum(m.failures), 0) FROM group_minutes m WHERE m.fingerprint = g.fingerprint AND m.minute >= ?2 AND m.minute <= ?3) AS n
			FROM groups g WHERE g.host = ?1 AND g.scope = 'endpoint' AND g.last_seen >= ?2 * 60000000 AND n > 0`,
			[]any{host, minuteOf(from), minuteOf(to)}, func(row func(...any) error) (f Failing, err error) {
				var last int64
				err = row(&f.Fingerprint, &f.Endpoint, &f.Kind, &f.Status, &last, &f.Failures)
				f.LastSeen = time.UnixMicro(last).UTC()
				return f, err
			})
	})
	if err != nil {
		return nil, fmt.Errorf("count the failures of %s: %w", host, err)
	}
	found = slices.Clone(found)
	slices.SortFunc(found, func(a, b Failing) int { return strings.Compare(a.Fingerprint, b.Fingerprint) })
	return found, nil
}

// Active lists the groups of a host that have a failure from a time on to another,
// without numbers.
func (s *Store) Active(ctx context.Context, host string, from, to time.Time) ([]Failing, error) {
	found, err := once(ctx, [4]any{"active", host, from.UnixMicro(), to.UnixMicro()}, func() ([]Failing, error) {
		return collect(ctx, s, `SELECT fingerprint, endpoint, kind, status, last_seen FROM groups
			WHERE host = ? AND scope = 'endpoint' AND last_seen >= ? AND first_seen <= ?`,
			[]any{host, from.UnixMicro(), to.UnixMicro()}, func(row func(...any) error) (f Failing, err error) {
				var last int64
				err = row(&f.Fingerprint, &f.Endpoint, &f.Kind, &f.Status, &last)
				f.LastSeen = time.UnixMicro(last).UTC()
				return f, err
			})
	})
	if err != nil {
		return nil, fmt.Errorf("list what fails at %s: %w", host, err)
	}
	found = slices.Clone(found)
	slices.SortFunc(found, func(a, b Failing) int { return strings.Compare(a.Fingerprint, b.Fingerprint) })
	return found, nil
}

// Succeeded returns when calls to the endpoints of a host last succeeded, in the
// minutes from a time on and before another. Endpoints without a success are left out.
func (s *Store) Succeeded(ctx context.Context, host string, from, to time.Time) (map[string]time.Time, error) {
	last, err := once(ctx, [4]any{"succeeded", host, from.UnixMicro(), to.UnixMicro()}, func() (map[string]time.Time, error) {
		last := map[string]time.Time{}
		_, err := collect(ctx, s, `SELECT endpoint, max(last_good) FROM minutes WHERE host = ? AND start >= ? AND start < ? AND last_good > 0 GROUP BY endpoint`,
			[]any{host, from.UnixMicro(), to.UnixMicro()}, func(row func(...any) error) (none struct{}, err error) {
				var endpoint string
				var good int64
				err = row(&endpoint, &good)
				last[endpoint] = time.UnixMicro(good).UTC()
				return none, err
			})
		return last, err
	})
	if err != nil {
		return nil, fmt.Errorf("look for the last successes at %s: %w", host, err)
	}
	return last, nil
}

// Since counts the failures of one group that are not expected, after a time and
// up to another.
func (s *Store) Since(ctx context.Context, fingerprint string, after, to time.Time) (n int64, err error) {
	n, err = once(ctx, [4]any{"since", fingerprint, after.UnixMicro(), to.UnixMicro()}, func() (n int64, err error) {
		// Whole minutes are counted already; only at both ends it is counted by the failure.
		err = s.db().read.QueryRowContext(ctx, `SELECT (SELECT coalesce(sum(failures), 0) FROM group_minutes WHERE fingerprint = ?1 AND minute > ?4 AND minute < ?5)
			+ (SELECT count(*) FROM failures WHERE fingerprint = ?1 AND expected = 0 AND time > ?2 AND time <= min(?3, (?4 + 1) * 60000000 - 1))
			+ (SELECT count(*) FROM failures WHERE fingerprint = ?1 AND expected = 0 AND time >= max(?2 + 1, ?5 * 60000000) AND time <= ?3 AND ?4 < ?5)`,
			fingerprint, after.UnixMicro(), to.UnixMicro(), minuteOf(after), minuteOf(to)).Scan(&n)
		return n, err
	})
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
