package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"flagrante/capture"
)

// Span is a window at a host, and how far back it is looked for what is older.
type Span struct {
	// From and To are the first and the last moment of the window, Back one before it.
	Back, From, To time.Time
}

// Host is what is known of a host in a span.
type Host struct {
	// Called are the calls in the window, by endpoint, each once.
	Called []Called
	// Failing are the groups that had failures in the span or in its last minute, by
	// fingerprint.
	Failing []Failing
	// LastGood is when the last call of the span succeeded, zero when none did.
	LastGood time.Time
	// Blurred reports that a call succeeded after the span in its last minute: of
	// successes of that minute before its end nothing is known then.
	Blurred bool
}

// Called counts the calls to an endpoint.
type Called struct {
	Endpoint string
	Calls    int64
	// LastGood is when the last of them succeeded, zero when none did.
	LastGood time.Time
}

// Failing counts the failures of a group that are not expected.
type Failing struct {
	Fingerprint string
	Endpoint    string
	Kind        capture.Kind
	Status      int
	LastSeen    time.Time
	// Failures is their number in the minutes of the window, Since after LastGood, SinceHost after the
	// host's.
	Failures, Since, SinceHost int64
	// LastGood is when the endpoint last succeeded in the span, zero when it did not.
	LastGood time.Time
}

// maxFailing bounds the groups of a host that are looked at together: those seen last.
// What can be concluded of a host shows in fewer, and with each the work would grow for
// every draft of the host.
const maxFailing = 400

// Host returns what is known of a host in a span. Of the groups given, all are among
// those that fail if they do; of others the last 400.
func (s *Store) Host(ctx context.Context, host string, of Span, own ...string) (h Host, err error) {
	h, err = once(ctx, [3]any{"host", host, of}, func() (h Host, err error) {
		if h.LastGood, err = s.lastGood(ctx, host, of); err != nil {
			return h, err
		}
		if h.Blurred, err = s.blurred(ctx, host, of.To); err != nil {
			return h, err
		}
		if h.Called, err = s.called(ctx, host, of); err != nil {
			return h, err
		}
		h.Failing, err = s.failing(ctx, of, h.LastGood, `g.host = ?5 AND g.scope = 'endpoint' AND g.last_seen >= ?1 AND g.first_seen < (?2 / 60000000 + 1) * 60000000 ORDER BY g.last_seen DESC LIMIT ?6`,
			host, maxFailing)
		return h, err
	})
	if err != nil {
		return Host{}, fmt.Errorf("look at the calls to %s: %w", host, err)
	}
	h.Failing = slices.Clone(h.Failing)
	for _, name := range own {
		if slices.ContainsFunc(h.Failing, func(f Failing) bool { return f.Fingerprint == name }) {
			continue
		}
		more, err := s.failing(ctx, of, h.LastGood, `g.fingerprint = ?5 AND g.last_seen >= ?1 AND g.first_seen < (?2 / 60000000 + 1) * 60000000`, name)
		if err != nil {
			return Host{}, fmt.Errorf("count the failures of group %s: %w", name, err)
		}
		h.Failing = append(h.Failing, more...)
	}
	slices.SortFunc(h.Failing, func(a, b Failing) int { return strings.Compare(a.Fingerprint, b.Fingerprint) })
	return h, nil
}

// since counts failures of a row of "those" after a time up to the end of the window,
// which is the parameter 2. Whole minutes are counted already; only at both ends it is
// counted by the failure.
func since(after string) string {
	return strings.ReplaceAll(`CASE WHEN last_seen <= AFTER THEN 0 ELSE
		(SELECT coalesce(sum(m.failures), 0) FROM group_minutes m WHERE m.fingerprint = those.fingerprint AND m.minute > AFTER / 60000000 AND m.minute < ?2 / 60000000)
		+ (SELECT count(*) FROM failures f WHERE f.fingerprint = those.fingerprint AND f.expected = 0 AND f.time > AFTER AND f.time <= min(?2, (AFTER / 60000000 + 1) * 60000000 - 1))
		+ CASE WHEN last_seen < ?2 / 60000000 * 60000000 OR AFTER / 60000000 >= ?2 / 60000000 THEN 0 ELSE
			(SELECT count(*) FROM failures f WHERE f.fingerprint = those.fingerprint AND f.expected = 0 AND f.time >= ?2 / 60000000 * 60000000 AND f.time <= ?2) END
		END`, "AFTER", after)
}

// failing returns what is known of the groups that a condition chooses, whose own
// parameters begin with number 5.
func (s *Store) failing(ctx context.Context, of Span, hostGood time.Time, where string, args ...any) ([]Failing, error) {
	return Collect(ctx, s, `WITH those AS MATERIALIZED (SELECT g.fingerprint, g.endpoint, g.kind, g.status, g.last_seen,
			CASE WHEN g.last_seen < ?3 / 60000000 * 60000000 THEN 0 ELSE
				(SELECT coalesce(sum(m.failures), 0) FROM group_minutes m WHERE m.fingerprint = g.fingerprint AND m.minute >= ?3 / 60000000 AND m.minute <= ?2 / 60000000) END AS failures,
			coalesce((SELECT m.last_good FROM minutes m WHERE m.endpoint = g.endpoint AND m.start >= ?1 AND m.start <= ?2 AND m.last_good > 0 AND m.last_good <= ?2 ORDER BY m.start DESC LIMIT 1), 0) AS good
		FROM groups g WHERE `+where+`)
		SELECT fingerprint, endpoint, kind, status, last_seen, failures, good, `+since(`max(good, ?1)`)+`, `+since(`max(?4, ?1)`)+` FROM those`,
		append([]any{of.Back.UnixMicro(), of.To.UnixMicro(), of.From.UnixMicro(), micros(hostGood)}, args...),
		func(row func(...any) error) (f Failing, err error) {
			var last, good int64
			err = row(&f.Fingerprint, &f.Endpoint, &f.Kind, &f.Status, &last, &f.Failures, &good, &f.Since, &f.SinceHost)
			f.LastSeen, f.LastGood = time.UnixMicro(last).UTC(), moment(good)
			return f, err
		})
}

// moment reads a time of the table, in which 0 is none.
func moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// called counts the calls of a window by endpoint.
func (s *Store) called(ctx context.Context, host string, of Span) ([]Called, error) {
	return Collect(ctx, s, `SELECT endpoint, sum(calls), max(CASE WHEN last_good <= ?3 THEN last_good ELSE 0 END) FROM minutes
		WHERE host = ?1 AND start >= ?2 AND start <= ?3 GROUP BY endpoint`,
		[]any{host, of.From.Truncate(time.Minute).UnixMicro(), of.To.UnixMicro()}, func(row func(...any) error) (c Called, err error) {
			var good int64
			err = row(&c.Endpoint, &c.Calls, &good)
			c.LastGood = moment(good)
			return c, err
		})
}

// lastGood returns when a call to a host last succeeded in a span.
func (s *Store) lastGood(ctx context.Context, host string, of Span) (time.Time, error) {
	var good sql.NullInt64
	err := s.db().Read.QueryRowContext(ctx, `SELECT max(last_good) FROM minutes WHERE host = ?1 AND last_good > 0 AND last_good <= ?3
		AND start = (SELECT start FROM minutes WHERE host = ?1 AND start >= ?2 AND start <= ?3 AND last_good > 0 AND last_good <= ?3 ORDER BY start DESC LIMIT 1)`,
		host, of.Back.UnixMicro(), of.To.UnixMicro()).Scan(&good)
	return moment(good.Int64), err
}

// blurred reports that a call to a host succeeded after a time, in its minute.
func (s *Store) blurred(ctx context.Context, host string, at time.Time) (yes bool, err error) {
	err = s.db().Read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM minutes WHERE host = ?1 AND start > ?2 - 60000000 AND start <= ?2 AND last_good > ?2)`,
		host, at.UnixMicro()).Scan(&yes)
	return yes, err
}

// GoodAfter returns when a call to an endpoint first succeeded after a time and before
// another, as far as minutes tell; zero when none did.
func (s *Store) GoodAfter(ctx context.Context, endpoint string, after, before time.Time) (time.Time, error) {
	var good int64
	err := s.db().Read.QueryRowContext(ctx, `SELECT last_good FROM minutes WHERE endpoint = ?1 AND start > ?2 - 60000000 AND start < ?3 AND last_good > 0 AND last_good > ?2 ORDER BY start LIMIT 1`,
		endpoint, after.UnixMicro(), before.UnixMicro()).Scan(&good)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, fmt.Errorf("look for successes of %s: %w", endpoint, err)
	}
	return moment(good), nil
}

// LastFailing returns when the last failure of a host was, after a time and up to
// another; zero when there is none.
func (s *Store) LastFailing(ctx context.Context, host string, from, to time.Time) (time.Time, error) {
	last, err := once(ctx, [4]any{"last failing", host, from.UnixMicro(), to.UnixMicro()}, func() (time.Time, error) {
		var last sql.NullInt64
		err := s.db().Read.QueryRowContext(ctx, `SELECT max(CASE WHEN g.last_seen <= ?3 THEN g.last_seen ELSE
				(SELECT max(f.time) FROM failures f WHERE f.fingerprint = g.fingerprint AND f.expected = 0 AND f.time > ?2 AND f.time <= ?3) END)
			FROM groups g WHERE g.host = ?1 AND g.scope = 'endpoint' AND g.last_seen > ?2 AND g.first_seen <= ?3`,
			host, from.UnixMicro(), to.UnixMicro()).Scan(&last)
		return moment(last.Int64), err
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("look for the last failure of %s: %w", host, err)
	}
	return last, nil
}

// LastIn returns when the last failure of a group was, of those from a time on and before
// another; zero when there is none. Of a host's group those of its members count.
func (s *Store) LastIn(ctx context.Context, fingerprint string, from, before time.Time) (time.Time, error) {
	prints, err := s.parts(ctx, fingerprint)
	var latest int64
	for _, name := range prints {
		if err != nil {
			break
		}
		var last sql.NullInt64
		err = s.db().Read.QueryRowContext(ctx, `SELECT max(time) FROM failures WHERE fingerprint = ? AND expected = 0 AND time >= ? AND time < ?`,
			name, from.UnixMicro(), before.UnixMicro()).Scan(&last)
		latest = max(latest, last.Int64)
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("look for the last failure of group %s: %w", fingerprint, err)
	}
	return moment(latest), nil
}

// Since counts the failures of one group that are not expected, after a time and
// up to another.
func (s *Store) Since(ctx context.Context, fingerprint string, after, to time.Time) (n int64, err error) {
	err = s.db().Read.QueryRowContext(ctx, `WITH those AS (SELECT fingerprint, last_seen FROM groups WHERE fingerprint = ?1) SELECT `+since(`?3`)+` FROM those`,
		fingerprint, to.UnixMicro(), after.UnixMicro()).Scan(&n)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("count the failures of group %s: %w", fingerprint, err)
	}
	return n, nil
}

// Healed counts the failures with a fingerprint that are expected, from a time on
// to another.
func (s *Store) Healed(ctx context.Context, fingerprint string, from, to time.Time) (n int64, err error) {
	err = s.db().Read.QueryRowContext(ctx, `SELECT count(*) FROM failures WHERE fingerprint = ? AND expected = 1 AND time >= ? AND time <= ? AND chain <> ''`,
		fingerprint, from.UnixMicro(), to.UnixMicro()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count the healed failures of group %s: %w", fingerprint, err)
	}
	return n, nil
}

// Durations returns how long the latest failures of a group took, up to a time.
func (s *Store) Durations(ctx context.Context, fingerprint string, to time.Time, limit int) ([]time.Duration, error) {
	found, err := Collect(ctx, s, `SELECT duration FROM failures WHERE fingerprint = ? AND expected = 0 AND time <= ? ORDER BY time DESC LIMIT ?`,
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
