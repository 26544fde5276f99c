package store

import (
	"context"
	"database/sql"
	"fmt"

	"flagrante/capture/delivery"
)

// Refused is a delivery that could not be stored, and why.
type Refused struct {
	Origin delivery.Origin
	Stream string
	Seq    int64
	// Bytes is its size as it is packed.
	Bytes  int64
	Reason string
}

// Refused lists the deliveries that could not be stored, at most so many.
func (s *Store) Refused(ctx context.Context, limit int) ([]Refused, error) {
	all, err := Collect(ctx, s, `SELECT r.origin, coalesce(o.machine, ''), coalesce(o.app, ''), r.stream, r.seq, length(r.data), r.reason
		FROM refused r LEFT JOIN origins o ON o.id = r.origin ORDER BY r.stream, r.seq LIMIT ?`, []any{limit}, func(row func(...any) error) (r Refused, err error) {
		err = row(&r.Origin.ID, &r.Origin.Machine, &r.Origin.App, &r.Stream, &r.Seq, &r.Bytes, &r.Reason)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("list what could not be stored: %w", err)
	}
	return all, nil
}

// Retry has all deliveries that could not be stored tried again, in their order, as a
// stream of that name, which must be new: what comes under the old one is passed over. It
// returns how many there are. Those that can't be stored this time either are refused
// again.
func (s *Store) Retry(ctx context.Context, stream string) (n int64, err error) {
	err = s.Update(ctx, func(tx *sql.Tx) error {
		moved, err := tx.ExecContext(ctx, `INSERT INTO deliveries (stream, seq, origin, machine, app, masks, format, failures, data)
			SELECT ?, row_number() OVER (ORDER BY r.stream, r.seq), r.origin, coalesce(o.machine, ''), coalesce(o.app, ''), coalesce(o.masks, ''), r.format, 0, r.data
			FROM refused r LEFT JOIN origins o ON o.id = r.origin`, stream)
		if err != nil {
			return err
		}
		if n, err = moved.RowsAffected(); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM refused`)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("try again to store what could not be stored: %w", err)
	}
	s.arrived.signal()
	return n, nil
}
