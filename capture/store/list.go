package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/filter"
)

const (
	// glance is how many of the latest failures are looked at one by one, before
	// only those are that can fit.
	glance = 500
	// maxSought bounds the fingerprints that are sought at once. Filters that fit
	// more of them fit soon enough.
	maxSought = 400
	// maxLook bounds the failures that one page looks at, step those at once.
	maxLook  = 40_000
	lookStep = 4000
)

// Failures returns a page of failures without headers and bodies, and the After
// of the next page, empty when there is none. An unknown After is ErrNotFound. Where a
// filter lets very few pass, a page looks at a bounded number of failures: it has fewer
// than were asked for then, perhaps none, and the next page goes on from there.
func (s *Store) Failures(ctx context.Context, p Page) (failures []capture.Failure, next string, err error) {
	l := &list{Store: s, limit: p.limit() + 1, filter: p.Filter, spot: spot{micros: math.MaxInt64}, look: s.look}
	if p.After != "" {
		if l.micros, err = s.time(ctx, `SELECT time FROM failures WHERE id = ?`, p.After); err != nil {
			return nil, "", err
		}
		l.id = p.After
	}
	if failures, err = l.find(ctx); err != nil {
		return nil, "", fmt.Errorf("list failures: %w", err)
	}
	switch {
	case len(failures) > p.limit():
		failures = failures[:p.limit()]
		next = failures[len(failures)-1].ID
	case len(failures) < l.limit:
		next = l.end
	}
	return failures, next, nil
}

// spot is a place in the list: a time in microseconds, and the ID of the failure there.
type spot struct {
	micros int64
	id     string
}

// list finds the failures before a place, newest first.
type list struct {
	*Store
	spot
	filter *filter.Filter
	limit  int
	// look is how many failures it may still look at, and end the ID of the last one
	// that it did look at where that was the end of it.
	look int
	end  string
}

// find chooses the way with the least work: by words that are sought, or the latest
// failures first, and then by the sorts of failures that can fit, or all of them. Those that
// people marked are few.
func (l *list) find(ctx context.Context) ([]capture.Failure, error) {
	if l.Central() {
		return l.findCentral(ctx)
	}
	index, err := l.searchIndex(ctx)
	if err != nil {
		return nil, err
	}
	if words, rest := l.filter.Split(); len(words) > 0 && sought(words) != "" {
		return l.byWords(ctx, index, words, rest)
	}
	step := lookStep
	where, args := l.filter.SQL(func(w filter.Word) (string, []any) {
		// The index is asked for the word by each step.
		step = max(step, l.look)
		return index.condition(w)
	})
	return l.where(ctx, where, args, step)
}

// findCentral is find in PostgreSQL, which has statistics about words of its own.
func (l *list) findCentral(ctx context.Context) ([]capture.Failure, error) {
	find, err := l.centralWords(ctx)
	if err != nil {
		return nil, err
	}
	one := func(w filter.Word) (string, []any) { return find(w) }
	if words, rest := l.filter.Split(); len(words) > 0 && soughtCentral(words) != "" {
		where, args := find(words...)
		if more, moreArgs := rest.SQL(one); more != "" {
			where, args = `(`+where+`) AND (`+more+`)`, append(args, moreArgs...)
		}
		return l.read(ctx, byTime, l.spot, where, args, l.limit)
	}
	where, args := l.filter.SQL(one)
	return l.where(ctx, where, args, lookStep)
}

// where finds the failures for which a condition holds, of which step are looked at together.
func (l *list) where(ctx context.Context, where string, args []any, step int) ([]capture.Failure, error) {
	if where == "" {
		return l.read(ctx, byTime, l.spot, `TRUE`, nil, l.limit)
	}
	if onlyMarked(l.filter.Root) {
		return l.read(ctx, byMark, l.spot, `(`+marked+`) AND (`+where+`)`, args, l.limit)
	}
	found, at, err := l.walk(ctx, l.spot, where, args, glance, glance)
	if err != nil || len(found) >= l.limit || at == nil {
		return found, err
	}
	prints, narrow, err := l.sought(ctx)
	if err != nil {
		return nil, err
	}
	var more []capture.Failure
	switch {
	case !narrow:
		more, at, err = l.walk(ctx, *at, where, args, l.look, step, found...)
		if at != nil {
			l.end = at.id
		}
		return more, err
	case len(prints) > 0:
		more, err = l.bySorts(ctx, *at, prints, where, args, len(found))
	}
	return append(found, more...), err
}

// sought returns the fingerprints that can fit, and whether to know them helps.
func (l *list) sought(ctx context.Context) (prints []any, narrow bool, err error) {
	where, args := l.filter.Reduce(ofSort).SQL(nil)
	if where == "" {
		return nil, false, nil
	}
	prints, err = collect(ctx, l.Store, `SELECT DISTINCT fingerprint FROM sorts AS failures WHERE `+where+` LIMIT ?`, append(args, maxSought+1), func(row func(...any) error) (name any, err error) {
		var text string
		err = row(&text)
		return text, err
	})
	return prints, len(prints) <= maxSought, err
}

const (
	byTime        = `failures INDEXED BY failures_by_time`
	byFingerprint = `failures INDEXED BY failures_by_fingerprint`
)

// read returns failures before a place.
func (l *list) read(ctx context.Context, from string, before spot, where string, args []any, limit int) ([]capture.Failure, error) {
	// A function that SQLite can't look through would keep it from using an index.
	place := []any{before.micros, before.micros, before.id}
	return collect(ctx, l.Store, `SELECT `+readColumns+` FROM `+from+` WHERE time <= ? AND (time, id) < (?, ?) AND (`+where+`) ORDER BY time DESC, id DESC LIMIT ?`,
		append(append(place, args...), limit), scanValue)
}

// walk looks at the failures before a place one after the other, at most so many, some
// at once. It adds those that fit to found, and returns the place that it came to, nil at
// the end of the list.
func (l *list) walk(ctx context.Context, at spot, where string, args []any, most, step int, found ...capture.Failure) ([]capture.Failure, *spot, error) {
	for ; most > 0 && len(found) < l.limit; most -= step {
		last, err := l.stepBack(ctx, at, step)
		if err != nil {
			return nil, nil, err
		}
		within, of := where, args
		if last != nil {
			within, of = `time >= ? AND (time, id) >= (?, ?) AND (`+where+`)`, append([]any{last.micros, last.micros, last.id}, args...)
		}
		more, err := l.read(ctx, byTime, at, within, of, l.limit-len(found))
		if err != nil {
			return nil, nil, err
		}
		if found = append(found, more...); last == nil {
			return found, nil, nil
		}
		at = *last
	}
	return found, &at, nil
}

// stepBack returns the place of so many failures before another, nil when there are
// fewer. It reads nothing but the index.
func (l *list) stepBack(ctx context.Context, at spot, count int) (*spot, error) {
	var s spot
	err := l.db().read.QueryRowContext(ctx, `SELECT time, id FROM `+byTime+` WHERE time <= ? AND (time, id) < (?, ?) ORDER BY time DESC, id DESC LIMIT 1 OFFSET ?`,
		at.micros, at.micros, at.id, count-1).Scan(&s.micros, &s.id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &s, err
}

// bySorts looks at failures before a place that can fit, in ever longer stretches of time.
// So many were found before the place.
func (l *list) bySorts(ctx context.Context, at spot, prints []any, where string, args []any, had int) (found []capture.Failure, err error) {
	newest, oldest, err := l.span(ctx)
	if err != nil {
		return nil, err
	}
	among := `fingerprint IN (` + strings.TrimSuffix(strings.Repeat("?,", len(prints)), ",") + `) AND expected IN (0, 1) AND time >= ?`
	count := l.limit - had
	for width, start := max(newest-at.micros, 1), at.micros; at.micros > oldest || at.id != ""; {
		if start >= at.micros {
			width = grow(width, len(found)+had, l.limit)
			start = max(at.micros-width, oldest)
		}
		c, err := l.candidates(ctx, at, among, append(prints[:len(prints):len(prints)], start), count)
		if err != nil {
			return nil, err
		}
		more, err := l.read(ctx, `failures NOT INDEXED`, at, `n IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) AND (`+where+`)`, append([]any{c.numbers}, args...), l.limit-len(found)-had)
		if err != nil {
			return nil, err
		}
		if found = append(found, more...); len(found)+had >= l.limit {
			return found, nil
		}
		if l.look -= c.count; l.look <= 0 && c.count > 0 {
			l.end, err = l.firstOf(ctx, c.last)
			return found, err
		}
		if count *= 4; c.count > 0 {
			count = min(count, lookStep)
		}
		switch {
		case c.all:
			at = spot{micros: start}
		case c.next < at.micros:
			at = spot{micros: c.next, id: afterAll}
		}
	}
	return found, nil
}

// afterAll is greater than every ID.
const afterAll = "\U0010ffff"

// candidates are failures that can fit.
type candidates struct {
	// numbers are a JSON list of their numbers, of which there are count.
	numbers string
	count   int
	// last is the time of the last of them, and next of the one behind it, unless they are
	// all that there are.
	last, next int64
	all        bool
}

// candidates returns about so many failures before a place, the latest first, those of
// a microsecond all together or not at all. It reads nothing but the index.
func (l *list) candidates(ctx context.Context, at spot, where string, args []any, count int) (c candidates, err error) {
	last := at.micros
	if at.id == "" {
		last--
	}
	var times []int64
	numbers, err := collect(ctx, l.Store, `SELECT n, time FROM `+byFingerprint+` WHERE `+where+` AND time <= ? ORDER BY time DESC LIMIT ?`, append(args, last, count+1),
		func(row func(...any) error) (n int64, err error) {
			var at int64
			err = row(&n, &at)
			times = append(times, at)
			return n, err
		})
	if err != nil {
		return candidates{}, err
	}
	c.all = len(numbers) <= count
	if !c.all {
		c.next = times[count]
		numbers = numbers[:slices.Index(times, c.next)]
	}
	if c.count = len(numbers); c.count > 0 {
		c.last = times[c.count-1]
	}
	c.numbers = asJSON(numbers)
	return c, nil
}

// firstOf returns the ID of the first failure of a microsecond.
func (l *list) firstOf(ctx context.Context, micros int64) (id string, err error) {
	err = l.db().read.QueryRowContext(ctx, `SELECT id FROM failures WHERE time = ? ORDER BY id LIMIT 1`, micros).Scan(&id)
	return id, err
}

// span returns the times of the newest failure of the list and of the oldest.
func (l *list) span(ctx context.Context) (newest, oldest int64, err error) {
	err = l.db().read.QueryRowContext(ctx, `SELECT (SELECT time FROM failures WHERE time <= ? ORDER BY time DESC LIMIT 1), (SELECT time FROM failures ORDER BY time LIMIT 1)`, l.micros).Scan(&newest, &oldest)
	return newest, oldest, err
}

// grow makes the next stretch longer: as long as what is missing needs by what was
// found, and never longer by more than that.
func grow(width int64, found, limit int) int64 {
	factor := int64(16)
	if found > 0 {
		factor = min(max(int64(2*(limit-found)/found), 2), 16)
	}
	if width > math.MaxInt64/32 {
		return width
	}
	return width * factor
}
