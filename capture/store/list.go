package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
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
)

// Failures returns a page of failures without headers and bodies, and the After
// of the next page, empty when there is none. An unknown After is ErrNotFound.
func (s *Store) Failures(ctx context.Context, p Page) (failures []capture.Failure, next string, err error) {
	l := &list{Store: s, limit: p.limit() + 1, filter: p.Filter, before: math.MaxInt64}
	if p.After != "" {
		if l.before, err = s.time(ctx, `SELECT time FROM failures WHERE id = ?`, p.After); err != nil {
			return nil, "", err
		}
		l.id = p.After
	}
	if failures, err = l.find(ctx); err != nil {
		return nil, "", fmt.Errorf("list failures: %w", err)
	}
	if len(failures) > p.limit() {
		failures = failures[:p.limit()]
		next = failures[len(failures)-1].ID
	}
	return failures, next, nil
}

// list finds the failures before a place, newest first.
type list struct {
	*Store
	filter *filter.Filter
	// before and id are the place: the time in microseconds, and the ID.
	before int64
	id     string
	limit  int
}

// find chooses the way with the least work: by words that are sought, by the sorts
// of failures that can fit, or one failure after the other.
func (l *list) find(ctx context.Context) ([]capture.Failure, error) {
	index, err := l.searchIndex(ctx)
	if err != nil {
		return nil, err
	}
	if words, rest := l.filter.Split(); len(words) > 0 && sought(words) != "" {
		return l.byWords(ctx, index, words, rest)
	}
	where, args := l.filter.SQL(index.condition)
	if where == "" {
		return l.read(ctx, `failures INDEXED BY failures_by_time`, `1`, nil, l.limit)
	}
	prints, narrow, err := l.sought(ctx)
	if err != nil {
		return nil, err
	}
	if !narrow {
		return l.read(ctx, `failures INDEXED BY failures_by_time`, where, args, l.limit)
	}
	if len(prints) == 0 {
		return nil, nil
	}
	return l.bySorts(ctx, prints, where, args)
}

// sought returns the fingerprints that can fit, and whether to know them helps.
func (l *list) sought(ctx context.Context) (prints []any, narrow bool, err error) {
	where, args := l.filter.Reduce(ofSort).SQL(nil)
	if where == "" {
		return nil, false, nil
	}
	prints, err = collect(ctx, l.Store, `SELECT DISTINCT fingerprint FROM sorts AS failures WHERE `+where+` LIMIT ?`, append(args, maxSought+1), func(row func(...any) error) (print any, err error) {
		var text string
		err = row(&text)
		return text, err
	})
	return prints, len(prints) <= maxSought, err
}

// read returns failures before the place.
func (l *list) read(ctx context.Context, from, where string, args []any, limit int) ([]capture.Failure, error) {
	// A function that SQLite can't look through would keep it from using an index.
	place := []any{l.before, l.before, l.id}
	return collect(ctx, l.Store, `SELECT `+readColumns+` FROM `+from+` WHERE time <= ? AND (time, id) < (?, ?) AND (`+where+`) ORDER BY time DESC, id DESC LIMIT ?`,
		append(append(place, args...), limit), scanValue)
}

// bySorts looks at the latest failures, and then in ever longer stretches of time at
// those that can fit.
func (l *list) bySorts(ctx context.Context, prints []any, where string, args []any) ([]capture.Failure, error) {
	edge, oldest, err := l.edges(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	found, err := l.read(ctx, `failures INDEXED BY failures_by_time`, `time >= ? AND (`+where+`)`, append([]any{edge}, args...), l.limit)
	if err != nil {
		return nil, err
	}
	const from = `failures INDEXED BY failures_by_fingerprint`
	among := `fingerprint IN (` + strings.TrimSuffix(strings.Repeat("?,", len(prints)), ",") + `) AND expected IN (0, 1) AND time >= ? AND time < ? AND (` + where + `)`
	newest := min(l.before, edge+1)
	if len(found) > 0 {
		newest = found[0].Time.UnixMicro()
	}
	for width, end := max(newest-edge, 1), edge; len(found) < l.limit && end > oldest; {
		width = grow(width, len(found), l.limit)
		start := max(end-width, oldest)
		if end-oldest < width {
			start = oldest
		}
		more, err := l.read(ctx, from, among, append(append(append([]any{}, prints...), start, end), args...), l.limit-len(found))
		if err != nil {
			return nil, err
		}
		found, end = append(found, more...), start
	}
	return found, nil
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

// edges returns the time of the last failure at a glance, and that of the oldest.
func (l *list) edges(ctx context.Context) (edge, oldest int64, err error) {
	var first, last sql.NullInt64
	err = l.Store.db().read.QueryRowContext(ctx, `SELECT (SELECT min(time) FROM (SELECT time FROM failures WHERE time <= ?1 AND (time, id) < (?1, ?2) ORDER BY time DESC, id DESC LIMIT ?3)),
		(SELECT min(time) FROM failures)`, l.before, l.id, glance).Scan(&first, &last)
	if err == nil && (!first.Valid || !last.Valid) {
		err = sql.ErrNoRows
	}
	return first.Int64, last.Int64, err
}
