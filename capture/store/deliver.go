package store

import (
	"context"
	"database/sql"
	"fmt"

	"flagrante/capture/delivery"
)

// insertDelivery asks for no right but to insert: what is there already is not looked at.
const insertDelivery = `INSERT INTO deliveries (stream, seq, origin, machine, app, masks, format, failures, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`

// Deliver puts deliveries in, until somebody takes them. Those that are there already
// stay as they are; it is a delivery.Sender.
func (s *Store) Deliver(ctx context.Context, all []delivery.Delivery) error {
	err := s.UpdateApart(ctx, func(tx *sql.Tx) error {
		for _, d := range all {
			if err := insertOne(ctx, tx, d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("deliver to the store: %w", err)
	}
	s.arrived.signal()
	return nil
}

func insertOne(ctx context.Context, tx *sql.Tx, d delivery.Delivery) error {
	_, err := tx.ExecContext(ctx, insertDelivery, d.Stream, d.Seq, d.Origin.ID, d.Origin.Machine, d.Origin.App, d.Origin.Masks, d.Format, d.Failures, d.Data)
	return err
}

// bell is rung by those who put something in for others.
type bell chan struct{}

func newBell() bell { return make(bell, 1) }

func (b bell) signal() {
	select {
	case b <- struct{}{}:
	default:
	}
}

// Arrived tells that deliveries were put in: by this process, and while Listen runs by
// any.
func (s *Store) Arrived() <-chan struct{} { return s.arrived }

// Waits reports whether deliveries of a stream are there.
func (s *Store) Waits(ctx context.Context, stream string) (waits bool, err error) {
	err = s.db().Read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM deliveries WHERE stream = ?)`, stream).Scan(&waits)
	if err != nil {
		return false, fmt.Errorf("look for deliveries: %w", err)
	}
	return waits, nil
}

// Delivered is what is known of deliveries.
type Delivered struct {
	// Waiting is how many are not stored yet, Refused how many can't be.
	Waiting, Refused int64
}

// Delivered counts deliveries.
func (s *Store) Delivered(ctx context.Context) (d Delivered, err error) {
	err = s.db().Read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM deliveries), (SELECT count(*) FROM refused)`).Scan(&d.Waiting, &d.Refused)
	if err != nil {
		return d, fmt.Errorf("count deliveries: %w", err)
	}
	return d, nil
}
