package store

import (
	"context"
	"database/sql"
	"fmt"

	"flagrante/capture"
)

const insertFailure = `INSERT INTO failures (` + failureColumns + `)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`

const insertExchange = `INSERT INTO exchanges (failure_id, head, request_body, response_body) VALUES (?, ?, ?, ?)`

// Failures arrive in any order of time, so the earliest and the latest are kept
// by their times.
const upsertGroup = `INSERT INTO groups (fingerprint, host, endpoint, method, kind, status, vendor_code, count, first_seen, last_seen, first_id, last_id)
	VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?8, ?8, ?9, ?9)
	ON CONFLICT (fingerprint) DO UPDATE SET
		count = count + 1,
		first_id = CASE WHEN (excluded.first_seen, excluded.first_id) < (first_seen, first_id) THEN excluded.first_id ELSE first_id END,
		first_seen = min(first_seen, excluded.first_seen),
		last_id = CASE WHEN (excluded.last_seen, excluded.last_id) > (last_seen, last_id) THEN excluded.last_id ELSE last_id END,
		last_seen = max(last_seen, excluded.last_seen)`

// Append stores the failures of b and counts them in their groups, all in one
// transaction. A failure whose ID is there already is passed over, so that what
// was imported twice counts once. It returns how many were new.
func (s *Store) Append(ctx context.Context, b capture.Batch) (stored int, err error) {
	err = s.Update(ctx, func(tx *sql.Tx) error {
		for _, f := range b.Failures {
			isNew, err := appendOne(ctx, tx, f)
			if err != nil {
				return fmt.Errorf("store failure %s: %w", f.ID, err)
			}
			if isNew {
				stored++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return stored, nil
}

func appendOne(ctx context.Context, tx *sql.Tx, f *capture.Failure) (isNew bool, err error) {
	result, err := tx.ExecContext(ctx, insertFailure, values(f)...)
	if err != nil {
		return false, err
	}
	rows, err := result.RowsAffected()
	if err != nil || rows == 0 {
		return false, err
	}
	x := &f.Exchange
	var answered []byte
	if x.Response != nil {
		answered = x.Response.Body.Data
	}
	if _, err := tx.ExecContext(ctx, insertExchange, f.ID, asJSON(headOf(x)), blob(x.Request.Body.Data), blob(answered)); err != nil {
		return false, err
	}
	if f.Expected {
		return true, nil
	}
	_, err = tx.ExecContext(ctx, upsertGroup, f.Fingerprint, f.Host, f.Endpoint, x.Request.Method, f.Kind, f.Status(), f.Vendor.Code, f.Time.UnixMicro(), f.ID)
	return true, err
}

// blob is never NULL.
func blob(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}
