package store

import (
	"context"
	"database/sql"
	"fmt"

	"flagrante/capture"
)

// maxEndpoints bounds the names that Endpoints returns.
const maxEndpoints = 100_000

// Endpoints returns the endpoints that were called, each once.
func (s *Store) Endpoints(ctx context.Context) ([]string, error) {
	names, err := Collect(ctx, s, `SELECT endpoint FROM minutes UNION SELECT endpoint FROM groups WHERE scope = 'endpoint' ORDER BY endpoint LIMIT ?`, []any{maxEndpoints}, func(row func(...any) error) (name string, err error) {
		err = row(&name)
		return name, err
	})
	if err != nil {
		return nil, fmt.Errorf("list the endpoints: %w", err)
	}
	return names, nil
}

// Conclude stores what is concluded of failures that are there already: endpoint,
// vendor's words and ids, reasons, whether they are expected, and fingerprint. The
// groups follow with Regroup.
func (s *Store) Conclude(ctx context.Context, failures []*capture.Failure) error {
	return s.Update(ctx, func(tx *sql.Tx) error {
		for _, f := range failures {
			// Code and message are in the index of words.
			err := s.renew(ctx, tx, `SELECT n FROM failures WHERE id = ? AND (vendor_code <> ? OR vendor_message <> ?)`, f.ID, f.Vendor.Code, f.Vendor.Message)
			if err != nil {
				return fmt.Errorf("renew what is found of failure %s: %w", f.ID, err)
			}
			_, err = tx.ExecContext(ctx, `UPDATE failures SET endpoint = ?, vendor_code = ?, vendor_message = ?, request_ids = ?, reasons = ?, expected = ?, fingerprint = ? WHERE id = ?`,
				f.Endpoint, f.Vendor.Code, f.Vendor.Message, asJSON(f.RequestIDs), asJSON(f.Reasons), f.Expected, f.Fingerprint, f.ID)
			if err != nil {
				return fmt.Errorf("store what failure %s is: %w", f.ID, err)
			}
		}
		return nil
	})
}

// Regroup makes all groups anew from the failures, and what filters know of them.
func (s *Store) Regroup(ctx context.Context) error {
	const of = ` FROM failures f WHERE f.fingerprint = g.fingerprint AND f.expected = 0 ORDER BY f.time `
	err := s.Update(ctx, func(tx *sql.Tx) error {
		for _, statement := range []string{
			`DELETE FROM groups`,
			`DELETE FROM group_minutes`,
			`DELETE FROM group_origins`,
			`DELETE FROM sorts`,
			`INSERT INTO sorts SELECT DISTINCT fingerprint, host, endpoint, method, kind, status, vendor_code FROM failures`,
			`INSERT INTO groups (fingerprint, host, endpoint, method, kind, status, vendor_code, count, first_seen, last_seen, first_id, last_id)
				SELECT g.fingerprint, l.host, l.endpoint, l.method, l.kind, l.status, l.vendor_code, g.count, g.first_seen, g.last_seen,
					(SELECT f.id` + of + `, f.id LIMIT 1), l.id
				FROM (SELECT fingerprint, count(*) AS count, min(time) AS first_seen, max(time) AS last_seen FROM failures WHERE expected = 0 GROUP BY fingerprint) g
				JOIN failures l ON l.id = (SELECT f.id` + of + `DESC, f.id DESC LIMIT 1)`,
			`INSERT INTO group_minutes (fingerprint, minute, failures)
				SELECT fingerprint, time / 60000000, count(*) FROM failures WHERE expected = 0 GROUP BY 1, 2`,
			`INSERT INTO group_origins (fingerprint, origin, country, count, first_seen, last_seen)
				SELECT fingerprint, origin, country, count(*), min(time), max(time) FROM failures WHERE expected = 0 AND origin <> '' GROUP BY 1, 2, 3`,
		} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("group the failures: %w", err)
	}
	return nil
}
