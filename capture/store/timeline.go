package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Count is a number of failures from a time on.
type Count struct {
	Start    time.Time
	Failures int64
}

// Timeline counts the failures of a group that are not expected, from the minute of a
// time on and up to that of another, in steps of minutes that begin at whole ones in
// UTC; those of a host's group are those of its members. Steps without failures are left
// out; the oldest comes first.
func (s *Store) Timeline(ctx context.Context, fingerprint string, from, to time.Time, step time.Duration) ([]Count, error) {
	width := int64(step / time.Minute)
	if width <= 0 || step%time.Minute != 0 {
		return nil, errors.New("count failures: the step has to be a number of minutes")
	}
	prints, err := s.parts(ctx, fingerprint)
	if err != nil {
		return nil, fmt.Errorf("count the failures of group %s: %w", fingerprint, err)
	}
	total := map[int64]int64{}
	for _, name := range prints {
		_, err := Collect(ctx, s, `SELECT minute / ?1 * ?1 AS start, sum(failures) FROM group_minutes WHERE fingerprint = ?2 AND minute >= ?3 AND minute <= ?4 GROUP BY start`,
			[]any{width, name, minuteOf(from), minuteOf(to)}, func(row func(...any) error) (none struct{}, err error) {
				var start, n int64
				err = row(&start, &n)
				total[start] += n
				return none, err
			})
		if err != nil {
			return nil, fmt.Errorf("count the failures of group %s: %w", fingerprint, err)
		}
	}
	var counts []Count
	for _, start := range slices.Sorted(maps.Keys(total)) {
		counts = append(counts, Count{Start: time.Unix(start*60, 0).UTC(), Failures: total[start]})
	}
	return counts, nil
}

// Course is what became of the calls to an endpoint or a host from a time on.
type Course struct {
	Start time.Time
	// Good is the number of calls that did not fail. Failing is how many endpoints failed.
	Good, Failing int64
}

// Courses says what became of the calls of a scope in steps as those of Timeline, from
// the step of a time on and before another time.
func (s *Store) Courses(ctx context.Context, of Scope, from, to time.Time, step time.Duration) ([]Course, error) {
	width := step.Microseconds()
	if width <= 0 {
		return nil, errors.New("follow calls: the step has to be some time")
	}
	where, name := `endpoint = ?2`, of.Endpoint
	if of.Endpoint == "" {
		where, name = `host = ?2`, of.Host
	}
	courses, err := once(ctx, [5]any{"courses", of, from.UnixMicro(), to.UnixMicro(), step}, func() ([]Course, error) {
		return Collect(ctx, s, `SELECT start / ?1 * ?1 AS step, sum(calls - failures), count(DISTINCT CASE WHEN failures > 0 THEN endpoint END) FROM minutes
			WHERE `+where+` AND start >= ?3 / ?1 * ?1 AND start < ?4 GROUP BY step ORDER BY step`,
			[]any{width, name, from.UnixMicro(), to.UnixMicro()}, func(row func(...any) error) (c Course, err error) {
				var start int64
				err = row(&start, &c.Good, &c.Failing)
				c.Start = time.UnixMicro(start).UTC()
				return c, err
			})
	})
	if err != nil {
		return nil, fmt.Errorf("follow calls: %w", err)
	}
	return courses, nil
}
