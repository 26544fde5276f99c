package store

import (
	"context"
	"fmt"
	"slices"

	"flagrante/capture"
	"flagrante/capture/filter"
)

// byCentralWords finds the failures that hold all words. Those that are not indexed are asked for
// apart: an OR would keep PostgreSQL from beginning with the index of words.
func (l *list) byCentralWords(ctx context.Context, words []filter.Word, where string, args []any) ([]capture.Failure, error) {
	if where == "" {
		where = "TRUE"
	}
	found, err := l.byCentralIndex(ctx, soughtCentral(words), where, args)
	if err != nil {
		return nil, err
	}
	condition, all := notIndexed, []any{}
	for _, w := range words {
		one, wordArgs := shows(w)
		condition, all = condition+` AND (`+one+`)`, append(all, wordArgs...)
	}
	more, err := l.read(ctx, byTime, l.spot, condition+` AND (`+where+`)`, append(all, args...), l.limit)
	// What was rewritten may be in both until it is indexed anew.
	found = slices.DeleteFunc(found, func(f capture.Failure) bool {
		return slices.ContainsFunc(more, func(m capture.Failure) bool { return m.ID == f.ID })
	})
	return latest(append(found, more...), l.limit), err
}

// maxMatches bounds how many matches of words are looked at in one step.
const maxMatches = 20_000

// byCentralIndex begins with the latest matches, and looks only at what lists show of
// those: left to itself, PostgreSQL puts all matches and all failures together. A step has
// all matches of the microsecond in which it ends.
func (l *list) byCentralIndex(ctx context.Context, match, where string, args []any) (found []capture.Failure, err error) {
	step := 2 * l.limit
	for upto := l.micros; len(found) < l.limit; step = min(4*step, maxMatches) {
		matches, err := l.centralMatches(ctx, match, upto, step)
		if err != nil || len(matches.n) == 0 {
			return latest(found, l.limit), err
		}
		more, err := l.matching(ctx, matches, where, args)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
		if len(matches.n) < step {
			break
		}
		upto = slices.Min(matches.time) - 1
	}
	return latest(found, l.limit), nil
}

// matches are the numbers and times of failures, in microseconds.
type matches struct{ n, time []int64 }

// centralMatches returns the latest failures whose indexed words match, up to a time: at
// most so many, and all of the same microsecond as the last of them.
func (l *list) centralMatches(ctx context.Context, match string, upto int64, most int) (m matches, err error) {
	query := fmt.Sprintf(`SELECT n, time FROM exchanges WHERE words @@ CAST(? AS tsquery) AND time <= ? ORDER BY time DESC FETCH FIRST %d ROWS WITH TIES`, most)
	_, err = collect(l.brief(ctx), l.Store, query, []any{match, upto}, func(row func(...any) error) (none struct{}, err error) {
		var n, at int64
		if err := row(&n, &at); err != nil {
			return none, err
		}
		m.n, m.time = append(m.n, n), append(m.time, at)
		return none, nil
	})
	return m, err
}

// matching returns those of some failures that fit, and are before the place of the list.
// The limit says that each is looked up by its own, in the part of its month.
func (l *list) matching(ctx context.Context, m matches, where string, args []any) ([]capture.Failure, error) {
	return collect(l.brief(ctx), l.Store, `SELECT `+readColumns+` FROM unnest(?, ?) AS wanted (number, moment)
		CROSS JOIN LATERAL (SELECT * FROM failures WHERE n = number AND time = moment LIMIT 1) AS failures
		WHERE (time, id) < (?, ?) AND (`+where+`)`, append([]any{m.n, m.time, l.micros, l.id}, args...), scanValue)
}
