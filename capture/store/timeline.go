package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Count is a number of failures from a time on.
type Count struct {
	Start    time.Time
	Failures int64
}

// Timeline counts the failures of a group that are not expected, from a time on
// and before another, in steps such as a minute or an hour that begin at whole
// ones in UTC; those of a host's group are those of its members. Steps without failures are left out; the oldest comes first.
func (s *Store) Timeline(ctx context.Context, fingerprint string, from, to time.Time, step time.Duration) ([]Count, error) {
	width := step.Microseconds()
	if width <= 0 {
		return nil, errors.New("count failures: the step has to be a microsecond or more")
	}
	counts, err := collect(ctx, s, `SELECT time / ?1 * ?1 AS start, count(*) FROM failures
		WHERE fingerprint IN (SELECT fingerprint FROM groups WHERE fingerprint = ?2 OR parent = ?2) AND expected = 0 AND time >= ?3 AND time < ?4 GROUP BY start ORDER BY start`,
		[]any{width, fingerprint, from.UnixMicro(), to.UnixMicro()}, func(row func(...any) error) (c Count, err error) {
			var start int64
			err = row(&start, &c.Failures)
			c.Start = time.UnixMicro(start).UTC()
			return c, err
		})
	if err != nil {
		return nil, fmt.Errorf("count the failures of group %s: %w", fingerprint, err)
	}
	return counts, nil
}
