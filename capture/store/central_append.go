package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"flagrante/capture"
	"flagrante/capture/store/postgres"
)

// writeCentral stores a batch in PostgreSQL, in a few statements for all of it. Many
// do that at the same time: what they count of one host they count one after the other,
// and whoever counts of several hosts takes them in one order.
func (w *writer) writeCentral(ctx context.Context, ready *rows, b capture.Batch) (stored int, err error) {
	b.Good, b.Counted = slices.Clone(b.Good), slices.Clone(b.Counted)
	slices.SortFunc(b.Good, func(a, b capture.Good) int { return strings.Compare(a.Endpoint, b.Endpoint) })
	slices.SortFunc(b.Counted, func(a, b capture.Counted) int { return strings.Compare(a.ID, b.ID) })
	if err := w.makeMonths(ctx, b.Failures); err != nil {
		return 0, fmt.Errorf("make room for a month: %w", err)
	}
	if err := w.centralFailures(ctx, ready.all); err != nil {
		return 0, fmt.Errorf("store failures: %w", err)
	}
	if err := w.holdHosts(ctx, b); err != nil {
		return 0, fmt.Errorf("wait for others that count: %w", err)
	}
	if err := w.centralCounts(ctx); err != nil {
		return 0, fmt.Errorf("count failures: %w", err)
	}
	if err := w.rest(ctx, b); err != nil {
		return 0, err
	}
	_, err = w.tx.ExecContext(ctx, `SELECT pg_notify(?, ?)`, channel, ready.db.Central.ID)
	return w.stored, err
}

// makeMonths makes the parts of the tables for the months of failures.
func (w *writer) makeMonths(ctx context.Context, failures []*capture.Failure) error {
	months := map[int64]bool{}
	for _, f := range failures {
		at := f.Time.UTC()
		months[time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC).UnixMicro()] = true
	}
	if len(months) == 0 {
		return nil
	}
	_, err := w.tx.ExecContext(ctx, `SELECT make_month(at) FROM unnest(?) AS month (at)`, slices.Sorted(maps.Keys(months)))
	return err
}

// centralFailures stores the failures that are not there yet, and counts them.
func (w *writer) centralFailures(ctx context.Context, all []prepared) error {
	if len(all) == 0 {
		return nil
	}
	byID := map[string]*prepared{}
	for i := range all {
		p := &all[i]
		if err := p.wait(w.packer, nil); err != nil {
			return err
		}
		if _, twice := byID[p.failure.ID]; !twice {
			byID[p.failure.ID] = p
		}
	}
	// Two that store the same failures wait for each other in one order.
	rows := make([][]driver.Value, 0, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		rows = append(rows, byID[id].values)
	}
	found, err := w.tx.QueryContext(ctx, `INSERT INTO failures (`+failureColumns+`) SELECT * FROM unnest(`+marks(len(rows[0]))+`) AS new (`+failureColumns+`)
		WHERE NOT EXISTS (SELECT 1 FROM failures f WHERE f.id = new.id) ON CONFLICT (id, time) DO NOTHING RETURNING n, id`, columns(rows)...)
	if err != nil {
		return err
	}
	defer found.Close()
	var exchanges [][]driver.Value
	for found.Next() {
		var n int64
		var id string
		if err := found.Scan(&n, &id); err != nil {
			return err
		}
		p := byID[id]
		exchanges = append(exchanges, []driver.Value{n, p.failure.Time.UnixMicro(), p.head, p.sent.data, p.answered.data, p.before.data, flags(p.sent.stored, p.answered.stored, p.before)})
		w.stored++
		w.sorted[sortOf(p.failure)] = struct{}{}
		if !p.failure.Expected {
			w.count(p.failure)
		}
	}
	if err := found.Err(); err != nil || len(exchanges) == 0 {
		return err
	}
	// Words are indexed off the way of what is stored.
	_, err = w.tx.ExecContext(ctx, `WITH stored AS (INSERT INTO exchanges (n, time, head, request_body, response_body, before, packed) SELECT * FROM unnest(`+marks(len(exchanges[0]))+`) RETURNING n)
		INSERT INTO unindexed SELECT n FROM stored`, columns(exchanges)...)
	return err
}

// marks are so many parameters.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }

// columns turns rows into parameters, a list for each column.
func columns(rows [][]driver.Value) []any {
	all := make([]any, len(rows[0]))
	for i := range all {
		switch rows[0][i].(type) {
		case int64:
			all[i] = column(rows, i, func(v driver.Value) int64 { n, _ := v.(int64); return n })
		case []byte:
			all[i] = column(rows, i, func(v driver.Value) []byte { data, _ := v.([]byte); return data })
		default:
			all[i] = column(rows, i, func(v driver.Value) *string {
				text, ok := v.(string)
				if !ok {
					return nil
				}
				text = postgres.Text(text)
				return &text
			})
		}
	}
	return all
}

func column[T any](rows [][]driver.Value, i int, as func(driver.Value) T) []T {
	list := make([]T, len(rows))
	for n, row := range rows {
		list[n] = as(row[i])
	}
	return list
}

// holdHosts keeps others from counting what is of the hosts of a batch until it is
// stored.
func (w *writer) holdHosts(ctx context.Context, b capture.Batch) error {
	hosts := map[string]bool{}
	for s := range w.sorted {
		hosts[s.host] = true
	}
	for _, m := range b.Traffic {
		hosts[m.Host] = true
	}
	if len(b.Healed) > 0 {
		ids := make([]string, len(b.Healed))
		for i, h := range b.Healed {
			ids[i] = h.FailureID
		}
		found, err := w.tx.QueryContext(ctx, `SELECT DISTINCT host FROM failures WHERE id = ANY(?)`, ids)
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			var host string
			if err := found.Scan(&host); err != nil {
				return err
			}
			hosts[host] = true
		}
		if err := found.Err(); err != nil {
			return err
		}
	}
	if len(hosts) == 0 {
		return nil
	}
	list := slices.Sorted(maps.Keys(hosts))
	if _, err := w.tx.ExecContext(ctx, `INSERT INTO pulses SELECT host, 0, 0, 0 FROM unnest(?) AS h (host) ORDER BY host COLLATE "C" ON CONFLICT DO NOTHING`, list); err != nil {
		return err
	}
	_, err := w.tx.ExecContext(ctx, `SELECT 1 FROM pulses WHERE host = ANY(?) ORDER BY host FOR UPDATE`, list)
	return err
}

// centralCounts counts the failures that were stored.
func (w *writer) centralCounts(ctx context.Context) error {
	if w.stored == 0 {
		return nil
	}
	sorts := make([][]driver.Value, 0, len(w.sorted))
	for s := range w.sorted {
		sorts = append(sorts, []driver.Value{s.fingerprint, s.host, s.endpoint, s.method, string(s.kind), int64(s.status), s.code})
	}
	if _, err := w.tx.ExecContext(ctx, `INSERT INTO sorts SELECT * FROM unnest(`+marks(7)+`) ON CONFLICT DO NOTHING`, columns(sorts)...); err != nil {
		return err
	}
	if len(w.groups) == 0 {
		return nil
	}
	var groups, minutes [][]driver.Value
	all := slices.SortedFunc(maps.Values(w.groups), func(a, b *capture.Group) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	for _, g := range all {
		groups = append(groups, []driver.Value{g.Fingerprint, g.Host, g.Endpoint, g.Method, string(g.Kind), int64(g.Status), g.VendorCode, g.Count, g.FirstSeen.UnixMicro(), g.LastSeen.UnixMicro(), g.FirstID, g.LastID})
	}
	for at, n := range w.minutes {
		minutes = append(minutes, []driver.Value{at.fingerprint, at.minute, n})
	}
	var origins [][]driver.Value
	for at, t := range w.origins {
		origins = append(origins, []driver.Value{at.fingerprint, at.origin, at.country, t.n, t.first.UnixMicro(), t.last.UnixMicro()})
	}
	if _, err := w.tx.ExecContext(ctx, insertGroup+` SELECT * FROM unnest(`+marks(12)+`) `+growGroup, columns(groups)...); err != nil {
		return err
	}
	if len(origins) > 0 {
		if _, err := w.tx.ExecContext(ctx, insertOrigin+` SELECT * FROM unnest(`+marks(6)+`) `+growOrigin, columns(origins)...); err != nil {
			return err
		}
	}
	_, err := w.tx.ExecContext(ctx, insertMinute+` SELECT * FROM unnest(`+marks(3)+`) `+growMinute, columns(minutes)...)
	return err
}
