package store

import (
	"context"
	"fmt"
	"time"

	"flagrante/capture"
	"flagrante/capture/delivery"
)

// groupOrigin names a group, an origin, and a country.
type groupOrigin struct{ fingerprint, origin, country string }

// tally counts failures and knows the times of the first and the last.
type tally struct {
	n           int64
	first, last time.Time
}

func (t *tally) add(at time.Time) {
	if t.n++; t.n == 1 || at.Before(t.first) {
		t.first = at
	}
	if t.n == 1 || at.After(t.last) {
		t.last = at
	}
}

const (
	upsertOrigin = insertOrigin + ` VALUES (?, ?, ?, ?, ?, ?) ` + growOrigin
	insertOrigin = `INSERT INTO group_origins (fingerprint, origin, country, count, first_seen, last_seen)`
	growOrigin   = `ON CONFLICT (fingerprint, origin, country) DO UPDATE SET count = group_origins.count + excluded.count,
		first_seen = min(group_origins.first_seen, excluded.first_seen), last_seen = max(group_origins.last_seen, excluded.last_seen)`
)

// countOrigin adds a failure to what the batch adds to its origin. The one of this
// folder alone is not counted: nothing would be told apart.
func (w *writer) countOrigin(f *capture.Failure) {
	if f.Origin.ID == "" {
		return
	}
	at := groupOrigin{f.Fingerprint, f.Origin.ID, f.Origin.Country}
	if w.origins[at] == nil {
		w.origins[at] = &tally{}
	}
	w.origins[at].add(f.Time)
}

func (w *writer) writeOrigins(ctx context.Context) error {
	for at, t := range w.origins {
		if _, err := w.upsertOrigin.Exec(ctx, at.fingerprint, at.origin, at.country, t.n, t.first.UnixMicro(), t.last.UnixMicro()); err != nil {
			return err
		}
	}
	return nil
}

// uncountOrigin takes failures from their origin.
func (w *writer) uncountOrigin(ctx context.Context, at groupOrigin, n int64) error {
	if at.origin == "" {
		return nil
	}
	_, err := w.tx.ExecContext(ctx, `DELETE FROM group_origins WHERE fingerprint = ? AND origin = ? AND country = ? AND count <= ?`, at.fingerprint, at.origin, at.country, n)
	if err != nil {
		return err
	}
	const of = `(SELECT time FROM failures WHERE fingerprint = ?1 AND expected = 0 AND origin = ?2 AND country = ?3 ORDER BY time `
	_, err = w.tx.ExecContext(ctx, `UPDATE group_origins SET count = count - ?4,
		first_seen = coalesce(`+of+`LIMIT 1), first_seen), last_seen = coalesce(`+of+`DESC LIMIT 1), last_seen)
		WHERE fingerprint = ?1 AND origin = ?2 AND country = ?3`, at.fingerprint, at.origin, at.country, n)
	return err
}

// groupOrigins counts the failures of a group, or of its members, by origin and
// country, those with the most failures first.
func (s *Store) groupOrigins(ctx context.Context, fingerprint string) ([]capture.OriginCount, error) {
	counts, err := Collect(ctx, s, `SELECT g.origin, coalesce(o.machine, ''), coalesce(o.app, ''), g.country, sum(g.count), min(g.first_seen), max(g.last_seen)
		FROM group_origins g LEFT JOIN origins o ON o.id = g.origin
		WHERE g.fingerprint = ?1 OR g.fingerprint IN (SELECT m.fingerprint FROM groups m WHERE m.parent = ?1)
		GROUP BY g.origin, o.machine, o.app, g.country ORDER BY 5 DESC, 1, 4`, []any{fingerprint},
		func(row func(...any) error) (c capture.OriginCount, err error) {
			var first, last int64
			err = row(&c.ID, &c.Machine, &c.App, &c.Country, &c.Count, &first, &last)
			c.FirstSeen, c.LastSeen = time.UnixMicro(first).UTC(), time.UnixMicro(last).UTC()
			return c, err
		})
	if err != nil {
		return nil, fmt.Errorf("count the failures of a group by origin: %w", err)
	}
	return counts, nil
}

// OriginsSince lists who has caught something at a time or after it, by machine and app.
func (s *Store) OriginsSince(ctx context.Context, at time.Time) ([]delivery.Origin, error) {
	all, err := Collect(ctx, s, `SELECT id, machine, app, masks FROM origins WHERE last_seen >= ? ORDER BY machine, app, id`, []any{at.UnixMicro()}, func(row func(...any) error) (o delivery.Origin, err error) {
		err = row(&o.ID, &o.Machine, &o.App, &o.Masks)
		return o, err
	})
	if err != nil {
		return nil, fmt.Errorf("list the origins: %w", err)
	}
	return all, nil
}
