package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// month is a part of the tables.
type month struct {
	// name is its year and month, as 2026_11.
	name string
	// end is the first moment after it.
	end time.Time
}

// months lists those that have parts, the oldest first.
func (s *Store) months(ctx context.Context) ([]month, error) {
	const format = "2006_01"
	return Collect(ctx, s, `SELECT substr(c.relname, 10) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
		WHERE i.inhparent = CAST('failures' AS regclass) AND c.relname NOT IN ('failures_early', 'failures_late') ORDER BY 1`, nil,
		func(row func(...any) error) (m month, err error) {
			if err := row(&m.name); err != nil {
				return m, err
			}
			begin, err := time.Parse(format, m.name)
			m.end = begin.AddDate(0, 1, 0)
			return m, err
		})
}

// dropMonths drops the months that ended before the limit, and the oldest ones while
// all together is larger than it may be. The youngest stays whatever its size is.
func (r *pruning) dropMonths(ctx context.Context) error {
	all, err := r.months(ctx)
	if err != nil {
		return err
	}
	for i, m := range all {
		old := !m.end.After(r.limits.Before)
		if !old && r.limits.Bytes > 0 && i < len(all)-1 {
			size, err := r.size(ctx)
			if err != nil {
				return err
			}
			old = size > r.limits.Bytes
		}
		if !old {
			return nil
		}
		if err := r.dropMonth(ctx, m); err != nil {
			return fmt.Errorf("drop the month %s: %w", m.name, err)
		}
		if r.progress != nil {
			r.progress(r.done)
		}
	}
	return nil
}

// dropMonth drops a month, but for what stays of it, and takes it from the groups. What
// is stored meanwhile waits.
func (r *pruning) dropMonth(ctx context.Context, m month) error {
	var gone, kept int64
	err := r.db().InTurn(ctx, func(_ *sql.Conn, tx *sql.Tx) error {
		stays := slices.AppendSeq([]string{}, maps.Keys(r.kept))
		failures, exchanges := "failures_"+m.name, "exchanges_"+m.name
		for _, statement := range []string{
			`LOCK TABLE ONLY failures, ONLY exchanges IN ACCESS EXCLUSIVE MODE`,
			`CREATE TEMPORARY TABLE leaving ON COMMIT DROP AS SELECT fingerprint, origin, country, time / 60000000 AS minute, count(*) AS count, sum(expected) AS expected FROM ` + failures + `
				WHERE pinned = 0 AND NOT id = ANY(?) GROUP BY 1, 2, 3, 4, expected`,
			`CREATE TEMPORARY TABLE staying ON COMMIT DROP AS SELECT * FROM ` + failures + ` WHERE pinned = 1 OR id = ANY(?)`,
			`CREATE TEMPORARY TABLE staying_exchanges ON COMMIT DROP AS SELECT * FROM ` + exchanges + ` WHERE n IN (SELECT n FROM staying)`,
			`SELECT drop_month('` + m.name + `')`,
			`SELECT make_month(time) FROM staying LIMIT 1`,
			`INSERT INTO failures SELECT * FROM staying`,
			`INSERT INTO exchanges SELECT * FROM staying_exchanges`,
			// Parts of the index with nothing in it are not asked for words.
			`DELETE FROM word_parts WHERE last_time < (SELECT min(time) FROM failures)`,
		} {
			var args []any
			if strings.Contains(statement, "?") {
				args = []any{stays}
			}
			if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
				return err
			}
		}
		if err := tx.QueryRowContext(ctx, `SELECT coalesce((SELECT sum(count) FROM leaving), 0), (SELECT count(*) FROM staying)`).Scan(&gone, &kept); err != nil {
			return err
		}
		return r.uncountMonth(ctx, tx)
	})
	r.done.Failures, r.done.Kept = r.done.Failures+gone, r.done.Kept+kept
	return err
}

// uncountMonth takes what left with a month from the groups that are not kept as they
// are.
func (r *pruning) uncountMonth(ctx context.Context, tx *sql.Tx) error {
	found, err := tx.QueryContext(ctx, `SELECT fingerprint, origin, country, minute, count FROM leaving WHERE expected = 0`)
	if err != nil {
		return err
	}
	defer found.Close()
	groups, minutes, origins := map[string]int64{}, map[groupMinute]int64{}, map[groupOrigin]int64{}
	for found.Next() {
		var of groupOrigin
		var minute, n int64
		if err := found.Scan(&of.fingerprint, &of.origin, &of.country, &minute, &n); err != nil {
			return err
		}
		if !r.kept[of.fingerprint] {
			groups[of.fingerprint] += n
			minutes[groupMinute{of.fingerprint, minute}] += n
			origins[of] += n
		}
	}
	if err := found.Err(); err != nil {
		return err
	}
	return (&writer{tx: tx}).uncountAll(ctx, groups, minutes, origins)
}

// centralSize is how many bytes the tables take, with all that belongs to them.
func (s *Store) centralSize(ctx context.Context) (n int64, err error) {
	err = s.db().Read.QueryRowContext(ctx, `SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind = 'r'`).Scan(&n)
	return n, err
}
