package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/capture/store/postgres"
)

// Shared reports whether the name of a store is the address of a database that many
// machines share.
func Shared(name string) bool { return postgres.Named(name) }

// Sender puts deliveries into a shared database, as a user who may do nothing else there:
// it reads nothing, and makes no tables.
type Sender struct {
	db   *sql.DB
	name string
}

// OpenSender returns a Sender for the address of a database of PostgreSQL. It connects
// when there is something to deliver, so that the database may be away meanwhile.
func OpenSender(address string) (*Sender, error) {
	c, err := postgres.NewInserter(address)
	if err != nil {
		return nil, fmt.Errorf("open the shared database: %w", err)
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(1)
	db.SetConnMaxIdleTime(time.Minute)
	return &Sender{db: db, name: c.Name()}, nil
}

// Name is the address without what is secret in it.
func (s *Sender) Name() string { return s.name }

// Deliver puts deliveries in. It is a delivery.Sender.
func (s *Sender) Deliver(ctx context.Context, all []delivery.Delivery) error {
	if err := s.deliver(ctx, all); err != nil {
		return fmt.Errorf("deliver to %s: %w", s.name, advised(err))
	}
	return nil
}

func (s *Sender) deliver(ctx context.Context, all []delivery.Delivery) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, d := range all {
		if err := insertOne(ctx, tx, d); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// advised says what to do about a full disk, and tables of an earlier program: it is logged where nobody asks for a hint.
func advised(err error) error {
	if !postgres.Full(err) && !postgres.Earlier(err) {
		return err
	}
	return fmt.Errorf("%w; %s", err, postgres.Hint(err))
}

// Reach returns nil when the database can be reached and lets this user in.
func (s *Sender) Reach(ctx context.Context) error { return s.db.PingContext(ctx) }

// Close closes the connection.
func (s *Sender) Close() error { return s.db.Close() }

// WithOrigin has failures that name no origin be from that one.
func WithOrigin(o delivery.Origin) Option { return func(s *Store) { s.origin = o } }

// stamp names the origin of failures.
func (s *Store) stamp(all []*capture.Failure) {
	if s.origin.ID == "" {
		return
	}
	for _, f := range all {
		if f.Origin.ID == "" {
			f.Origin.ID = s.origin.ID
		}
	}
}
