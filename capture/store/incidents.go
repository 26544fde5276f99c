package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"flagrante/capture"
	"flagrante/capture/rollup"
)

// groupMinute names a group and a minute since 1970.
type groupMinute struct {
	fingerprint string
	minute      int64
}

func minuteOf(t time.Time) int64 { return t.Unix() / 60 }

const (
	upsertMinute = insertMinute + ` VALUES (?, ?, ?) ` + growMinute
	insertMinute = `INSERT INTO group_minutes (fingerprint, minute, failures)`
	growMinute   = `ON CONFLICT (fingerprint, minute) DO UPDATE SET failures = group_minutes.failures + excluded.failures`
)

func (w *writer) writeGroupMinutes(ctx context.Context) error {
	for at, n := range w.minutes {
		if _, err := w.upsertMinute.Exec(ctx, at.fingerprint, at.minute, n); err != nil {
			return err
		}
	}
	return nil
}

// uncountMinute takes failures from their minute.
func (w *writer) uncountMinute(ctx context.Context, at groupMinute, n int64) error {
	_, err := w.tx.ExecContext(ctx, `UPDATE group_minutes SET failures = failures - ? WHERE fingerprint = ? AND minute = ?`, n, at.fingerprint, at.minute)
	if err != nil {
		return err
	}
	_, err = w.tx.ExecContext(ctx, `DELETE FROM group_minutes WHERE fingerprint = ? AND minute = ? AND failures <= 0`, at.fingerprint, at.minute)
	return err
}

// recountHosts brings the groups of hosts up to date with their members, and ends
// those that have none left.
func (w *writer) recountHosts(ctx context.Context) error {
	const end = ` FROM groups m WHERE m.parent = groups.fingerprint ORDER BY `
	_, err := w.tx.ExecContext(ctx, `UPDATE groups SET count = (SELECT sum(count) FROM groups m WHERE m.parent = groups.fingerprint),
		(first_seen, first_id) = (SELECT first_seen, first_id`+end+`first_seen, first_id LIMIT 1),
		(last_seen, last_id) = (SELECT last_seen, last_id`+end+`last_seen DESC, last_id DESC LIMIT 1)
		WHERE scope = 'host' AND EXISTS (SELECT 1 FROM groups m WHERE m.parent = groups.fingerprint)
			AND count <> (SELECT sum(count) FROM groups m WHERE m.parent = groups.fingerprint)`)
	if err != nil {
		return err
	}
	_, err = w.tx.ExecContext(ctx, `DELETE FROM groups WHERE scope = 'host' AND NOT EXISTS (SELECT 1 FROM groups m WHERE m.parent = groups.fingerprint)`)
	return err
}

// FailingHosts returns the hosts of the groups that were seen since a time, each
// once.
func (s *Store) FailingHosts(ctx context.Context, since time.Time) ([]string, error) {
	hosts, err := Collect(ctx, s, `SELECT host FROM groups WHERE last_seen >= ?`, []any{since.UnixMicro()}, func(row func(...any) error) (host string, err error) {
		err = row(&host)
		return host, err
	})
	if err != nil {
		return nil, fmt.Errorf("list the hosts that fail: %w", err)
	}
	slices.Sort(hosts)
	return slices.Compact(hosts), nil
}

// Lines returns what rollup.Find needs to know of a host.
func (s *Store) Lines(ctx context.Context, host string) ([]rollup.Line, []rollup.Total, error) {
	lines, err := Collect(ctx, s, `SELECT g.fingerprint, g.endpoint, g.kind, g.status, coalesce(json_extract(f.error, '$.type'), ''), m.minute, m.failures
		FROM groups g JOIN group_minutes m ON m.fingerprint = g.fingerprint LEFT JOIN failures f ON f.id = g.last_id
		WHERE g.host = ? AND g.scope = 'endpoint'`, []any{host}, func(row func(...any) error) (l rollup.Line, err error) {
		var minute int64
		err = row(&l.Fingerprint, &l.Endpoint, &l.Way.Kind, &l.Way.Status, &l.Way.Fault, &minute, &l.Failures)
		l.Way.Host, l.Minute = host, time.Unix(minute*60, 0).UTC()
		return l, err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read how %s fails: %w", host, err)
	}
	totals, err := Collect(ctx, s, `SELECT start, sum(calls) FROM minutes WHERE host = ? GROUP BY start`, []any{host}, func(row func(...any) error) (t rollup.Total, err error) {
		var start int64
		err = row(&start, &t.Calls)
		t.Host, t.Minute = host, time.UnixMicro(start).UTC()
		return t, err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("count the calls to %s: %w", host, err)
	}
	return lines, totals, nil
}

// SetIncidents makes the groups of a host members of incidents, and of nothing
// else, and brings the groups of the incidents up to date.
func (s *Store) SetIncidents(ctx context.Context, host string, incidents []rollup.Incident) error {
	err := s.Update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM groups WHERE host = ? AND scope = 'host'`, host); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE groups SET parent = NULL WHERE host = ? AND parent IS NOT NULL`, host); err != nil {
			return err
		}
		for _, incident := range incidents {
			if err := setIncident(ctx, tx, incident); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store the incidents of %s: %w", host, err)
	}
	return nil
}

func setIncident(ctx context.Context, tx *sql.Tx, incident rollup.Incident) error {
	parent := incident.Way.Fingerprint()
	members := make([]any, len(incident.Members)+1)
	members[0] = parent
	for i, m := range incident.Members {
		members[i+1] = m
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(incident.Members)), ",")
	if _, err := tx.ExecContext(ctx, `UPDATE groups SET parent = ? WHERE fingerprint IN (`+marks+`)`, members...); err != nil {
		return err
	}
	const end = ` FROM groups WHERE parent = ?1 ORDER BY `
	_, err := tx.ExecContext(ctx, `INSERT INTO groups (fingerprint, host, endpoint, method, kind, status, vendor_code, count, first_seen, last_seen, first_id, last_id, scope)
		SELECT ?1, min(host), min(host) || '/*', '', min(kind), min(status), CASE WHEN count(DISTINCT vendor_code) = 1 THEN min(vendor_code) ELSE '' END, sum(count), min(first_seen), max(last_seen),
			(SELECT first_id`+end+`first_seen, first_id LIMIT 1), (SELECT last_id`+end+`last_seen DESC, last_id DESC LIMIT 1), 'host'
		FROM groups WHERE parent = ?1 HAVING count(*) > 0`, parent)
	return err
}

// members returns the groups that belong to a host's group, those with the most
// failures first.
func (s *Store) members(ctx context.Context, fingerprint string) ([]capture.Member, error) {
	return Collect(ctx, s, `SELECT fingerprint, endpoint, count FROM groups WHERE parent = ? ORDER BY count DESC, endpoint, fingerprint`, []any{fingerprint},
		func(row func(...any) error) (m capture.Member, err error) {
			err = row(&m.Fingerprint, &m.Endpoint, &m.Count)
			return m, err
		})
}
