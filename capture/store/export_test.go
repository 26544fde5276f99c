package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"time"
)

// ForgetCounted forgets with a bound that tests can reach.
func ForgetCounted(ctx context.Context, s *Store, most int) error { return s.forgetCounted(ctx, most) }

// OnWriter runs a statement on the connection that writes, outside of a transaction.
func OnWriter(ctx context.Context, s *Store, statement string) error {
	return s.db().withWriter(ctx, func(c any) error {
		e, ok := c.(driver.ExecerContext)
		if !ok {
			return fmt.Errorf("a %T", c)
		}
		_, err := e.ExecContext(ctx, statement, nil)
		return err
	})
}

// Look has pages look at no more than so many failures.
func Look(s *Store, most int) { s.look = most }

// Patience has it told after so long that storing waits for its turn.
func Patience(s *Store, long time.Duration) { s.patience = long }
