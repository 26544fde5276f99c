package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"flagrante/capture"
)

// Failures arrive in any order of time, so the earliest and the latest are kept
// by their times.
const (
	upsertGroup = insertGroup + ` VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ` + growGroup
	insertGroup = `INSERT INTO groups (fingerprint, host, endpoint, method, kind, status, vendor_code, count, first_seen, last_seen, first_id, last_id)`
	growGroup   = `ON CONFLICT (fingerprint) DO UPDATE SET
		count = groups.count + excluded.count,
		first_id = CASE WHEN (excluded.first_seen, excluded.first_id) < (groups.first_seen, groups.first_id) THEN excluded.first_id ELSE groups.first_id END,
		first_seen = min(groups.first_seen, excluded.first_seen),
		last_id = CASE WHEN (excluded.last_seen, excluded.last_id) > (groups.last_seen, groups.last_id) THEN excluded.last_id ELSE groups.last_id END,
		last_seen = max(groups.last_seen, excluded.last_seen)`
)

// count adds a failure to what the batch adds to its group.
func (w *writer) count(f *capture.Failure) {
	w.minutes[groupMinute{f.Fingerprint, minuteOf(f.Time)}]++
	w.countOrigin(f)
	g := w.groups[f.Fingerprint]
	if g == nil {
		w.groups[f.Fingerprint] = &capture.Group{
			Fingerprint: f.Fingerprint, Host: f.Host, Endpoint: f.Endpoint, Method: f.Exchange.Request.Method, Kind: f.Kind, Status: f.Status(),
			VendorCode: f.Vendor.Code, Count: 1, FirstSeen: f.Time, LastSeen: f.Time, FirstID: f.ID, LastID: f.ID,
		}
		return
	}
	g.Count++
	if c := f.Time.Compare(g.FirstSeen); c < 0 || c == 0 && f.ID < g.FirstID {
		g.FirstSeen, g.FirstID = f.Time, f.ID
	}
	if c := f.Time.Compare(g.LastSeen); c > 0 || c == 0 && f.ID > g.LastID {
		g.LastSeen, g.LastID = f.Time, f.ID
	}
}

func (w *writer) writeGroups(ctx context.Context) error {
	for _, g := range w.groups {
		_, err := w.upsertGroup.Exec(ctx, g.Fingerprint, g.Host, g.Endpoint, g.Method, string(g.Kind), int64(g.Status), g.VendorCode,
			g.Count, g.FirstSeen.UnixMicro(), g.LastSeen.UnixMicro(), g.FirstID, g.LastID)
		if err != nil {
			return err
		}
	}
	return nil
}

// heal marks a failure expected. One that is not there, or is expected already,
// stays as it is.
func (w *writer) heal(ctx context.Context, h capture.Healed) error {
	var of groupOrigin
	var text string
	var at int64
	row := w.tx.QueryRowContext(ctx, `SELECT fingerprint, origin, country, reasons, time FROM failures WHERE id = ? AND expected = 0`, h.FailureID)
	if err := row.Scan(&of.fingerprint, &of.origin, &of.country, &text, &at); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	}
	var reasons []capture.Reason
	if err := json.Unmarshal([]byte(text), &reasons); err != nil {
		return err
	}
	_, err := w.tx.ExecContext(ctx, `UPDATE failures SET expected = 1, reasons = ? WHERE id = ?`, asJSON(append(reasons, h.Reason)), h.FailureID)
	if err != nil {
		return err
	}
	return errors.Join(w.uncount(ctx, of.fingerprint, 1), w.uncountMinute(ctx, groupMinute{of.fingerprint, minuteOf(time.UnixMicro(at))}, 1), w.uncountOrigin(ctx, of, 1))
}

// uncount takes failures from a group, which ends with its last one.
func (w *writer) uncount(ctx context.Context, fingerprint string, n int64) error {
	if _, err := w.tx.ExecContext(ctx, `DELETE FROM groups WHERE fingerprint = ? AND count <= ?`, fingerprint, n); err != nil {
		return err
	}
	const of = `FROM failures WHERE fingerprint = ?1 AND expected = 0 ORDER BY `
	_, err := w.tx.ExecContext(ctx, `UPDATE groups SET count = count - ?2,
		(first_seen, first_id) = (SELECT time, id `+of+`time, id LIMIT 1),
		(last_seen, last_id) = (SELECT time, id `+of+`time DESC, id DESC LIMIT 1)
		WHERE fingerprint = ?1`, fingerprint, n)
	return err
}
