package store

import (
	"context"
	"fmt"

	"flagrante/capture/store/postgres"
)

// channel is on which it is told that something was stored
// (https://www.postgresql.org/docs/current/sql-notify.html).
const channel = "flagrante"

// delivered is what is told when deliveries came.
const delivered = "delivered"

// Listen calls f each time that another process stored a batch in a shared database, and
// once at the beginning, until ctx ends or the connection does. It returns why; what came
// while nobody listened is not told, so whoever calls it again looks for himself. For a
// store that is a file it waits for ctx.
func (s *Store) Listen(ctx context.Context, f func()) error {
	c := s.db().Central
	if c == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	if err := postgres.Listen(ctx, c.Address, channel, func(from string) {
		if from == c.ID {
			return
		}
		if from == delivered || from == "" {
			s.arrived.signal()
		}
		if from != delivered {
			f()
		}
	}); err != nil {
		return fmt.Errorf("listen for what is stored: %w", err)
	}
	return nil
}
