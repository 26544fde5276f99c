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
		_, err := collect(ctx, s, `SELECT minute / ?1 * ?1 AS start, sum(failures) FROM group_minutes WHERE fingerprint = ?2 AND minute >= ?3 AND minute <= ?4 GROUP BY start`,
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
