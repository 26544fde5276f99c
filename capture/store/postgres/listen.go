package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// Listen calls f once it listens on a channel, and with what each notification says, until
// ctx or the connection ends, and returns why. It has a connection of its own.
func Listen(ctx context.Context, address, channel string, f func(says string)) (err error) {
	connector, err := NewConnector(address, true)
	if err != nil {
		return err
	}
	config := connector.Config()
	if err := connector.renew(ctx, config); err != nil {
		return err
	}
	c, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close(context.WithoutCancel(ctx))) }()
	if _, err := c.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return err
	}
	f("")
	for {
		n, err := c.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		f(n.Payload)
	}
}
