package store

import (
	"context"
	"slices"

	"flagrante/capture"
)

// bySorts looks at failures before a place that can fit, ever more at once. So many were
// found before the place.
func (l *list) bySorts(ctx context.Context, at spot, prints []any, where clause, had int) (found []capture.Failure, err error) {
	among := asJSON(prints)
	first := l.limit - had
	if l.Central() {
		// A statement more takes longer there than some rows more.
		first *= 4
	}
	for count := first; ; count = min(count*4, lookStep) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c, err := l.candidates(ctx, at, among, count)
		if err != nil {
			return nil, err
		}
		if len(c.numbers) > 0 {
			more, err := l.those(ctx, c, at, where)
			if err != nil {
				return nil, err
			}
			if found = append(found, more...); len(found)+had >= l.limit {
				return latest(found, l.limit-had), nil
			}
		}
		if c.all {
			return latest(found, l.limit-had), nil
		}
		if l.look -= len(c.numbers); l.look <= 0 {
			l.end, err = l.firstOf(ctx, c.last)
			return latest(found, l.limit-had), err
		}
		at = spot{micros: c.next, id: afterAll}
	}
}

// those returns candidates that fit and are before a place, in no order.
func (l *list) those(ctx context.Context, c candidates, before spot, where clause) ([]capture.Failure, error) {
	if l.Central() {
		return l.central(ctx, c, before, where)
	}
	return l.rows(ctx, `failures NOT INDEXED`, `n = wanted`, c.numbers, before, where)
}

// afterAll is greater than every ID.
const afterAll = "\U0010ffff"

// candidates are failures that can fit.
type candidates struct {
	numbers, times []int64
	// last is the time of the last of them, and next of the one behind it, unless they are
	// all that there are.
	last, next int64
	all        bool
}

// candidates returns about so many failures before a place that have one of some
// fingerprints, the latest first, those of a microsecond all together. It reads nothing but
// the index, and there no more of a fingerprint than can be among the latest.
func (l *list) candidates(ctx context.Context, at spot, prints string, count int) (c candidates, err error) {
	last := at.micros
	if at.id == "" {
		last--
	}
	numbers, times, err := l.numbered(ctx, prints, last, count+1)
	if err != nil {
		return candidates{}, err
	}
	if c.all = len(numbers) <= count; !c.all {
		if c.next = times[count]; c.next == times[0] {
			return l.candidates(ctx, at, prints, count*4)
		}
		numbers = numbers[:slices.Index(times, c.next)]
	}
	if c.numbers, c.times = numbers, times[:len(numbers)]; len(numbers) > 0 {
		c.last = times[len(numbers)-1]
	}
	return c, nil
}

// numbered returns the numbers and times of failures with some fingerprints until a time.
func (l *list) numbered(ctx context.Context, prints string, until int64, most int) (numbers, times []int64, err error) {
	numbers, err = Collect(l.brief(ctx), l.Store, `SELECT n, time FROM json_each(?1) AS prints CROSS JOIN json_each('[0, 1]') AS sides
		CROSS JOIN /*postgres LATERAL (SELECT n, time FROM*/ `+byFingerprint+` WHERE fingerprint = prints.value AND expected = CAST(sides.value AS BIGINT) AND time <= ?2
		/*postgres ORDER BY time DESC LIMIT $3) AS latest*/ ORDER BY time DESC LIMIT ?3`, []any{prints, until, most},
		func(row func(...any) error) (n int64, err error) {
			var at int64
			err = row(&n, &at)
			times = append(times, at)
			return n, err
		})
	return numbers, times, err
}
