// Package postgres is the driver of the shared store: PostgreSQL by pgx, spoken to with
// the statements that SQLite is spoken to with.
package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Named reports whether the name of a store is the address of a PostgreSQL server.
func Named(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// Connector makes connections to one database. It is a driver.Connector.
type Connector struct {
	inner  driver.Connector
	config *pgx.ConnConfig
	// address is what config was read from.
	address string
	// readers says that connections can't write.
	readers bool
}

// oldest is the first version of the server that is good enough, as the server tells it
// (https://www.postgresql.org/docs/current/runtime-config-preset.html, server_version_num).
const oldest = 130000

// NewConnector returns the Connector for an address, as libpq reads it
// (https://www.postgresql.org/docs/current/libpq-connect.html, section 34.1.1.2): what it does not say comes from
// the variables PGPASSWORD, PGPASSFILE, PGSSLMODE, PGSSLROOTCERT and so on. Connections that are readers can't write.
func NewConnector(address string, readers bool) (*Connector, error) {
	c, err := newConnector(address)
	if err != nil {
		return nil, err
	}
	set := c.config.RuntimeParams
	// Plans for any parameter know nothing of how common a word or a host is.
	set["plan_cache_mode"] = "force_custom_plan"
	// Pages are small: to compile their plans takes longer than to run them.
	set["jit"] = "off"
	set["timezone"] = "UTC"
	if readers {
		c.readers = true
		return c.ready(), nil
	}
	// What is indexed goes into the index a hundred or two failures at a time: searches look at
	// the rest one by one.
	set["gin_pending_list_limit"] = "512kB"
	// Limits of the user are meant for people: a batch that they cut off would be tried again
	// and again. What writes has limits of its own.
	for _, limit := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"} {
		set[limit] = "0"
	}
	return c.ready(), nil
}

// NewInserter is NewConnector for somebody who only inserts. A pooler that gives a connection
// for a transaction may stand between: nothing is set that it would refuse, and no
// statement is prepared on one connection to be run on another
// (https://www.pgbouncer.org/config.html, ignore_startup_parameters and pool_mode).
func NewInserter(address string) (*Connector, error) {
	c, err := newConnector(address)
	if err != nil {
		return nil, err
	}
	c.config.DefaultQueryExecMode = pgx.QueryExecModeExec
	return c.ready(), nil
}

// newConnector reads an address.
func newConnector(address string) (*Connector, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, &AddressError{err}
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "flagrante"
	}
	return &Connector{config: config, address: address}, nil
}

// ready lets it connect, now that its settings are complete.
func (c *Connector) ready() *Connector {
	c.inner = stdlib.GetConnector(*c.config, stdlib.OptionAfterConnect(c.begin), stdlib.OptionBeforeConnect(c.renew))
	return c
}

// renew takes the password as it is now: one that was changed is in the file of passwords
// when the next connection is made.
func (c *Connector) renew(_ context.Context, made *pgx.ConnConfig) error {
	now, err := pgx.ParseConfig(c.address)
	if err != nil {
		return &AddressError{err}
	}
	made.Password = now.Password
	return nil
}

// begin refuses a server that is too old, and keeps a reader from writing. It does that only now:
// the search for a server that takes what is written (target_session_attrs=read-write) would
// pass over all servers otherwise, since none would let it write.
func (c *Connector) begin(ctx context.Context, made *pgx.Conn) error {
	var version int
	query, into := `SELECT current_setting('server_version_num')::int`, []any{&version}
	if c.readers {
		query, into = query+`, set_config('default_transaction_read_only', 'on', false)`, append(into, new(string))
	}
	if err := made.QueryRow(ctx, query).Scan(into...); err != nil {
		return err
	}
	if version < oldest {
		return &OldError{version / 10000}
	}
	return nil
}

// Name is the address without what is secret in it.
func (c *Connector) Name() string {
	host := net.JoinHostPort(c.config.Host, fmt.Sprint(c.config.Port))
	if strings.HasPrefix(c.config.Host, "/") {
		host = c.config.Host
	}
	return fmt.Sprintf("postgres://%s@%s/%s", c.config.User, host, c.config.Database)
}

// Config is what connections are made with. It is a copy.
func (c *Connector) Config() *pgx.ConnConfig { return c.config.Copy() }

// Driver returns the driver of pgx, which does not translate.
func (c *Connector) Driver() driver.Driver { return c.inner.Driver() }

// Connect makes a connection.
func (c *Connector) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := c.inner.Connect(ctx)
	if err != nil {
		return nil, err
	}
	inner, ok := made.(*stdlib.Conn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("the driver made a %T", made), made.Close())
	}
	return &conn{Conn: inner, reader: c.readers}, nil
}
