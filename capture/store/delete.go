package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Erase deletes failures, and has the index of words forget them for good at its
// next step. Unknown IDs are passed over; it returns how many there were.
func (s *Store) Erase(ctx context.Context, ids []string) (deleted int, err error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return 0, fmt.Errorf("erase failures: %w", err)
	}
	err = s.Update(ctx, func(tx *sql.Tx) error {
		if err := s.renew(ctx, tx, `SELECT n FROM failures WHERE id IN (SELECT value FROM json_each(?))`, string(list)); err != nil {
			return err
		}
		deleted, err = deleteFailures(ctx, tx, `id IN (SELECT value FROM json_each(?))`, string(list), nil)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("erase failures: %w", err)
	}
	return deleted, nil
}

// deleteFailures deletes the failures that fit a condition with one parameter, and
// takes them from the groups that are not kept as they are.
func deleteFailures(ctx context.Context, tx *sql.Tx, where string, arg any, kept map[string]bool) (deleted int, err error) {
	rows, err := tx.QueryContext(ctx, `DELETE FROM failures WHERE `+where+` RETURNING fingerprint, origin, country, expected, time`, arg)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	groups, minutes, origins := map[string]int64{}, map[groupMinute]int64{}, map[groupOrigin]int64{}
	for rows.Next() {
		var of groupOrigin
		var expected bool
		var at int64
		if err := rows.Scan(&of.fingerprint, &of.origin, &of.country, &expected, &at); err != nil {
			return 0, err
		}
		deleted++
		if !expected && !kept[of.fingerprint] {
			groups[of.fingerprint]++
			minutes[groupMinute{of.fingerprint, minuteOf(time.UnixMicro(at))}]++
			origins[of]++
		}
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	if err := addTotal(ctx, tx, -deleted); err != nil {
		return 0, err
	}
	return deleted, (&writer{tx: tx}).uncountAll(ctx, groups, minutes, origins)
}

// uncountAll takes failures that are gone from what counts them.
func (w *writer) uncountAll(ctx context.Context, groups map[string]int64, minutes map[groupMinute]int64, origins map[groupOrigin]int64) error {
	for _, fingerprint := range slices.Sorted(maps.Keys(groups)) {
		if err := w.uncount(ctx, fingerprint, groups[fingerprint]); err != nil {
			return err
		}
	}
	for at, n := range minutes {
		if err := w.uncountMinute(ctx, at, n); err != nil {
			return err
		}
	}
	for of, n := range origins {
		if err := w.uncountOrigin(ctx, of, n); err != nil {
			return err
		}
	}
	return w.recountHosts(ctx)
}
