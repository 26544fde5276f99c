package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// OldError reports a server that is too old.
type OldError struct{ Version int }

func (e *OldError) Error() string {
	return fmt.Sprintf("the server is PostgreSQL %d, and %d or newer is needed", e.Version, oldest/10000)
}

// AddressError reports an address that can't be read. Its text has no password.
type AddressError struct{ err error }

func (e *AddressError) Error() string { return "read the address of the database: " + e.err.Error() }

// Unwrap returns what is wrong with it.
func (e *AddressError) Unwrap() error { return e.err }

// code is the SQLSTATE of an error, empty for one that did not come from the server
// (https://www.postgresql.org/docs/current/errcodes-appendix.html).
func code(err error) string {
	var of *pgconn.PgError
	if errors.As(err, &of) {
		return of.Code
	}
	return ""
}

// Full reports that the disk of the server is full.
func Full(err error) bool { return code(err) == "53100" }

// Earlier reports that the tables are those of an earlier program: a column or a table is not there.
func Earlier(err error) bool { return code(err) == "42703" || code(err) == "42P01" }

// readOnly is the code of a statement that writes where nothing may.
const readOnly = "25006"

// ReadOnly reports that this user, or this server, may not write.
func ReadOnly(err error) bool { return code(err) == readOnly || code(err) == "42501" }

// Damaged reports that the server finds its own files damaged.
func Damaged(err error) bool { return strings.HasPrefix(code(err), "XX00") }

// Away reports that the server can't be reached, or takes no connections now.
func Away(err error) bool {
	if c := code(err); c != "" {
		return strings.HasPrefix(c, "08") || strings.HasPrefix(c, "57P") || strings.HasPrefix(c, "28") || c == "53300" || c == "3D000"
	}
	if errors.Is(err, context.Canceled) {
		return false
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "conn closed")
}

// Again reports that a transaction lost against another, so that it is worth to be tried
// once more: a deadlock, or what can't be put in one order.
func Again(err error) bool { return code(err) == "40P01" || code(err) == "40001" }

// Unfit reports that it is what was to be stored that the tables don't take, so that it
// would be the same at any time: a value, a row that breaks a rule, or one that is too large.
func Unfit(err error) bool {
	c := code(err)
	return strings.HasPrefix(c, "22") || strings.HasPrefix(c, "23") || strings.HasPrefix(c, "54")
}

// Taken reports that a row would be another's twin.
func Taken(err error) bool { return code(err) == "23505" }

// Hint says what to do about an error at opening, empty where nothing is known.
func Hint(err error) string {
	var old *OldError
	var address *AddressError
	switch c := code(err); {
	case errors.As(err, &old):
		return "update the server, or name another one"
	case errors.As(err, &address):
		return "write it as postgres://user@host:5432/database?sslmode=verify-full&sslrootcert=/path/ca.pem, and give the password by PGPASSWORD or PGPASSFILE"
	case strings.Contains(err.Error(), "unsupported startup parameter"):
		return "that is a pooler, such as PgBouncer: name the server itself, since a process with a desk listens on its connection; proxies (role: proxy) may go through the pooler"
	case c == "28P01":
		return "the password is wrong, or there is none: give it by PGPASSWORD, or by a line host:port:database:user:password in the file that PGPASSFILE names (mode 0600)"
	case strings.HasPrefix(c, "28"):
		return "the server does not let this user in from here: look at its pg_hba.conf, at the user's name, and at sslmode"
	case c == "3D000":
		return "make the database first: createdb --owner=USER DATABASE"
	case c == "42501":
		return "this user may not do that: the owner of the database opens it once, which makes the tables, and then grants rights on them"
	case Full(err):
		return "the disk of the database's server is full: make room there, or have retention keep less; what proxies catch waits in their journals meanwhile"
	case Earlier(err):
		return "the tables are those of an earlier flagrante: run `flagrante drafts` with this version as the owner of the database"
	case c == "53300":
		return "raise max_connections of the server, or stop something that uses it"
	case strings.Contains(err.Error(), "tls:") || strings.Contains(err.Error(), "x509:") || strings.Contains(err.Error(), "TLS"):
		return "check sslmode and sslrootcert: verify-full wants a certificate of that authority for that very name of the host"
	case Away(err):
		return "check that the server runs, and that its name and port are right"
	}
	return ""
}
