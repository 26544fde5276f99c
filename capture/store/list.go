package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"github.com/oklog/ulid/v2"

	"flagrante/capture"
	"flagrante/capture/filter"
)

const (
	// glance is how many of the latest failures are looked at one by one, before
	// only those are that can fit; maxGlance as many as that where enough of them fit.
	glance    = 200
	maxGlance = 2000
	// maxSought bounds the fingerprints that are sought at once. Filters that fit
	// more of them fit soon enough.
	maxSought = 400
	// maxLook bounds the failures that one page looks at, step those at once.
	maxLook  = 40_000
	lookStep = 4000
)

// Failures returns a page of failures without headers and bodies, and the After
// of the next page, empty when there is none. An After that is not there any more stands for
// the time in it; one that is no ULID either is ErrNotFound. Where a
// filter lets very few pass, a page looks at a bounded number of failures: it has fewer
// than were asked for then, perhaps none, and the next page goes on from there.
func (s *Store) Failures(ctx context.Context, p Page) (failures []capture.Failure, next string, err error) {
	l := &list{Store: s, limit: p.limit() + 1, filter: p.Filter, spot: spot{micros: math.MaxInt64}, look: s.look}
	if p.After != "" {
		if l.spot, err = s.spotOf(ctx, p.After); err != nil {
			return nil, "", err
		}
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

// spotOf is the place of a failure. One that was taken away while somebody pages, as by
// retention, is placed by the time in its ID.
func (s *Store) spotOf(ctx context.Context, id string) (spot, error) {
	micros, err := s.time(ctx, `SELECT time FROM failures WHERE id = ?`, id)
	if errors.Is(err, ErrNotFound) {
		if made, no := ulid.ParseStrict(id); no == nil {
			return spot{made.Timestamp().UnixMicro() + 999, id}, nil
		}
	}
	return spot{micros, id}, err
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
	var index searchIndex
	if l.filter.HasWords() {
		var err error
		if index, err = l.searchIndex(ctx); err != nil {
			return nil, err
		}
	}
	if words, rest := l.filter.Split(); len(words) > 0 && sought(words) != "" {
		return l.byWords(ctx, index, words, rest)
	}
	return l.where(ctx, clauseOf(l.filter.SQL(index.condition)))
}

// findCentral is find in PostgreSQL, which has statistics about words of its own.
func (l *list) findCentral(ctx context.Context) ([]capture.Failure, error) {
	var find func(filter.Word) (string, []any)
	if l.filter.HasWords() {
		var err error
		if find, err = l.centralWords(ctx, l.micros); err != nil {
			return nil, err
		}
	}
	if words, rest := l.filter.Split(); len(words) > 0 && soughtIn("", words) != "" {
		return l.byCentralWords(ctx, words, clauseOf(rest.SQL(find)))
	}
	return l.where(ctx, clauseOf(l.filter.SQL(find)))
}

// where finds the failures for which a condition holds.
func (l *list) where(ctx context.Context, where clause) ([]capture.Failure, error) {
	if where.sql == "" {
		return l.read(ctx, byTime, l.spot, where.orAnything(), l.limit)
	}
	if onlyMarked(l.filter.Root) {
		return l.read(ctx, byMark, l.spot, clause{sql: marked}.and(where), l.limit)
	}
	found, at, err := l.glance(ctx, where)
	if err != nil || len(found) >= l.limit || at == nil {
		return found, err
	}
	return l.seek(ctx, *at, where, found)
}

// glance looks at the latest failures, and at those before them where it is to be expected
// that the page is soon full.
func (l *list) glance(ctx context.Context, where clause) (found []capture.Failure, at *spot, err error) {
	found, at, err = l.walk(ctx, l.spot, where, glance, glance)
	if err != nil || at == nil || len(found) == 0 || len(found) >= l.limit {
		return found, at, err
	}
	// Half as many again as the rest needs, if it is like the beginning.
	if more := (l.limit - len(found)) * glance / len(found) * 3 / 2; more <= maxGlance {
		return l.walk(ctx, *at, where, more, more, found...)
	}
	return found, at, nil
}

// seek finds what is missing of a page among the failures before a place: by the sorts of
// failures that can fit, or by looking at all.
func (l *list) seek(ctx context.Context, at spot, where clause, found []capture.Failure) ([]capture.Failure, error) {
	prints, narrow, err := l.sought(ctx)
	if err != nil {
		return nil, err
	}
	if narrow {
		if len(prints) == 0 {
			return found, nil
		}
		more, err := l.bySorts(ctx, at, prints, where, len(found))
		return append(found, more...), err
	}
	step := lookStep
	if l.filter.HasWords() && !l.Central() {
		// The index is asked for the words by each step.
		step = max(step, l.look)
	}
	found, end, err := l.walk(ctx, at, where, l.look, step, found...)
	if end != nil {
		l.end = end.id
	}
	return found, err
}

// sought returns the fingerprints that can fit, and whether to know them helps.
func (l *list) sought(ctx context.Context) (prints []any, narrow bool, err error) {
	where := clauseOf(l.filter.Reduce(ofSort).SQL(nil))
	if where.sql == "" {
		return nil, false, nil
	}
	prints, err = Collect(ctx, l.Store, `SELECT DISTINCT fingerprint FROM sorts AS failures WHERE `+where.sql+` LIMIT ?`, append(where.args, maxSought+1), func(row func(...any) error) (name any, err error) {
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
func (l *list) read(ctx context.Context, from string, before spot, where clause, limit int) ([]capture.Failure, error) {
	// A function that SQLite can't look through would keep it from using an index.
	place := []any{before.micros, before.micros, before.id}
	return Collect(l.brief(ctx), l.Store, `SELECT `+readColumns+` FROM `+from+` WHERE time <= ? AND (time, id) < (?, ?) AND (`+where.sql+`) ORDER BY time DESC, id DESC LIMIT ?`,
		append(append(place, where.args...), limit), scanValue)
}

// rows returns those of some failures that fit and are before a place, in no order: they are
// not many more than a page needs. The list is gone through rather than looked things up in,
// and nothing is sorted: for both SQLite would make a table, which costs as much as the rows.
func (l *list) rows(ctx context.Context, from, on string, keys []int64, before spot, where clause) ([]capture.Failure, error) {
	place := []any{asJSON(keys), before.micros, before.micros, before.id}
	return Collect(l.brief(ctx), l.Store, `SELECT `+readColumns+` FROM (SELECT CAST(value AS BIGINT) AS wanted FROM json_each(?)) AS list CROSS JOIN `+from+`
		WHERE `+on+` AND time <= ? AND (time, id) < (?, ?) AND (`+where.sql+`)`, append(place, where.args...), scanValue)
}

// walk looks at the failures before a place one after the other, at most so many, some
// at once. It adds those that fit to found, and returns the place that it came to, nil at
// the end of the list.
func (l *list) walk(ctx context.Context, at spot, where clause, most, step int, found ...capture.Failure) ([]capture.Failure, *spot, error) {
	for ; most > 0 && len(found) < l.limit; most -= step {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		last, err := l.stepBack(ctx, at, min(step, most))
		if err != nil {
			return nil, nil, err
		}
		within := where
		if last != nil {
			within = clause{`time >= ? AND (time, id) >= (?, ?)`, []any{last.micros, last.micros, last.id}}.and(where)
		}
		more, err := l.read(ctx, byTime, at, within, l.limit-len(found))
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

// brief is ctx for a statement that ends soon: database/sql and the driver watch one that can
// end, each on its own goroutine. Whoever asks for several statements looks at ctx in between.
func (l *list) brief(ctx context.Context) context.Context {
	if l.Central() || l.filter.HasWords() {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// stepBack returns the place of so many failures before another, nil when there are
// fewer. It reads nothing but the index: how many there are and the earliest time, then
// the first ID of that time.
func (l *list) stepBack(ctx context.Context, at spot, count int) (*spot, error) {
	const before = `(SELECT time, id FROM ` + byTime + ` WHERE time <= ?1 AND (time, id) < (?1, ?2) ORDER BY time DESC, id DESC LIMIT ?3)`
	var s spot
	err := l.db().Read.QueryRowContext(l.brief(ctx), `SELECT time, (SELECT min(id) FROM `+before+` AS step WHERE step.time = earliest.time)
		FROM (SELECT count(*) AS n, min(time) AS time FROM `+before+` AS step) AS earliest WHERE n = ?3`, at.micros, at.id, count).Scan(&s.micros, &s.id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &s, err
}

// firstOf returns the ID of the first failure of a microsecond.
func (l *list) firstOf(ctx context.Context, micros int64) (id string, err error) {
	// Where that was taken away meanwhile, the one before it has its place.
	err = l.db().Read.QueryRowContext(ctx, `SELECT id FROM failures WHERE time >= ? ORDER BY time, id LIMIT 1`, micros).Scan(&id)
	return id, err
}
