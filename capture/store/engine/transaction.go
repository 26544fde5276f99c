package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"flagrante/capture/store/postgres"
)

// Hold runs f in one transaction, with the connection that it is on, and
// after it done, before another one can begin. Where many machines share the database
// others run meanwhile.
func (d *DB) Hold(ctx context.Context, f func(*sql.Conn, *sql.Tx) error, done func()) error {
	if d.Central != nil {
		return d.Tries(ctx, f, done)
	}
	return d.Transact(ctx, f, done)
}

// Transact runs f in one transaction, and done after it.
//
// What f runs ends with ctx. The transaction does not: database/sql ends it by throwing
// the connection of SQLite away, and with it the statements that are prepared on it.
func (d *DB) Transact(ctx context.Context, f func(*sql.Conn, *sql.Tx) error, done func()) error {
	conn, err := d.Write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin to write: %w", err)
	}
	defer conn.Close()
	whole := ctx
	if d.Central == nil {
		whole = context.WithoutCancel(ctx)
	}
	tx, err := conn.BeginTx(whole, nil)
	if err != nil {
		return fmt.Errorf("begin to write: %w", err)
	}
	defer tx.Rollback()
	if err := errors.Join(f(conn, tx), ctx.Err()); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("end writing: %w", err)
	}
	done()
	return nil
}

// Alone is Hold while no other writes, as far as a turn keeps others from that.
func (d *DB) Alone(ctx context.Context, f func(*sql.Conn, *sql.Tx) error) error {
	if d.Central != nil {
		return d.InTurn(ctx, f)
	}
	return d.Transact(ctx, f, func() {})
}

// InTurn runs f in one transaction while no other f runs, on any machine, so that what
// it reads stays as it is. Batches of failures come meanwhile.
func (d *DB) InTurn(ctx context.Context, f func(*sql.Conn, *sql.Tx) error) error {
	return d.Tries(ctx, func(conn *sql.Conn, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('flagrante.turn.' || current_schema(), 0))`); err != nil {
			return fmt.Errorf("wait for others that write: %w", err)
		}
		return f(conn, tx)
	}, func() {})
}

// mostTries is how often a transaction is begun that loses against others.
const mostTries = 8

// Tries runs f in a transaction, and done after it; once more where that lost against another.
func (d *DB) Tries(ctx context.Context, f func(*sql.Conn, *sql.Tx) error, done func()) (err error) {
	for n := range mostTries {
		err = d.Transact(ctx, f, done)
		if !postgres.Again(err) {
			return err
		}
		pause := time.NewTimer(rand.N(time.Millisecond << n))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return err
		}
	}
	return err
}
