package store

import (
	"context"
	"fmt"
	"math"
	"slices"

	"flagrante/capture"
	"flagrante/capture/filter"
)

// byCentralWords finds the failures that hold all words. Those that are not indexed are asked for
// apart: an OR would keep PostgreSQL from beginning with the index of words.
func (l *list) byCentralWords(ctx context.Context, words []filter.Word, where clause) ([]capture.Failure, error) {
	where = where.orAnything()
	// First these: what is indexed meanwhile is found in the index, then.
	more, err := l.read(ctx, byTime, l.spot, clause{sql: notIndexed}.showing(words).and(where), l.limit)
	if err != nil {
		return nil, err
	}
	found, err := l.byCentralIndex(ctx, words, where)
	if err != nil {
		return nil, err
	}
	// What was rewritten may be in both until it is indexed anew.
	found = slices.DeleteFunc(found, func(f capture.Failure) bool {
		return slices.ContainsFunc(more, func(m capture.Failure) bool { return m.ID == f.ID })
	})
	return latest(append(found, more...), l.limit), nil
}

// maxMatches bounds how many matches of words are looked at in one step.
const maxMatches = 20_000

// byCentralIndex begins with the latest matches, and looks only at what lists show of
// those: left to itself, PostgreSQL puts all matches and all failures together. A step has
// all matches of the microsecond in which it ends.
func (l *list) byCentralIndex(ctx context.Context, words []filter.Word, where clause) (found []capture.Failure, err error) {
	parts, err := l.wordParts(ctx)
	if err != nil {
		return nil, err
	}
	step := 2 * l.limit
	for upto := l.micros; len(found) < l.limit; step = min(4*step, maxMatches) {
		matches, err := l.centralMatches(ctx, parts, words, upto, step)
		if err != nil || len(matches.numbers) == 0 {
			return latest(found, l.limit), err
		}
		more, err := l.central(ctx, matches, l.spot, where)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
		if len(matches.numbers) < step {
			break
		}
		upto = matches.last - 1
	}
	return latest(found, l.limit), nil
}

// centralMatches returns the latest failures whose indexed words match, up to a time: at
// most so many, and all of the same microsecond as the last of them. It asks the parts with
// the latest failures first, and each by itself: of many in one query PostgreSQL expects so many
// matches that it reads failures one by one, the latest first, until it has found enough.
func (s *Store) centralMatches(ctx context.Context, parts wordParts, words []filter.Word, upto int64, most int) (c candidates, err error) {
	for many := firstParts; len(c.numbers) < most; many *= 4 {
		of, behind := parts.latest(upto, many)
		query := fmt.Sprintf(`SELECT x.n, x.time FROM unnest(?) AS part (words) CROSS JOIN LATERAL
			(WITH found AS MATERIALIZED (SELECT n, time FROM exchanges WHERE words @@ CAST(part.words AS tsquery) AND time <= ? AND time > ?) SELECT * FROM found) AS x ORDER BY x.time DESC FETCH FIRST %d ROWS WITH TIES`, most-len(c.numbers))
		_, err = Collect(ctx, s, query, []any{of.sought(words), upto, behind}, func(row func(...any) error) (none struct{}, err error) {
			var n int64
			if err := row(&n, &c.last); err != nil {
				return none, err
			}
			c.numbers, c.times = append(c.numbers, n), append(c.times, c.last)
			return none, nil
		})
		if err != nil || behind == math.MinInt64 {
			return c, err
		}
		upto = behind
	}
	return c, nil
}

// central is those in PostgreSQL. The limit says that each is looked up by itself, in the
// part of its month, which its time tells.
func (l *list) central(ctx context.Context, c candidates, before spot, where clause) ([]capture.Failure, error) {
	return Collect(l.brief(ctx), l.Store, `SELECT `+readColumns+` FROM unnest(?, ?) AS wanted (number, moment)
		CROSS JOIN LATERAL (SELECT * FROM failures WHERE n = number AND time = moment LIMIT 1) AS failures
		WHERE (time, id) < (?, ?) AND (`+where.sql+`)`, append([]any{c.numbers, c.times, before.micros, before.id}, where.args...), scanValue)
}
