package postgres

import (
	"context"
	"database/sql/driver"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/stdlib"
)

// conn translates what is asked of a connection.
type conn struct {
	*stdlib.Conn
	// reader says that it is not meant to write, moved that its server does not let it any more.
	reader, moved bool
}

// ExecContext runs a statement.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	result, err := c.Conn.ExecContext(ctx, Translate(query, args), args)
	c.see(err)
	return result, err
}

// QueryContext runs a query.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := c.Conn.QueryContext(ctx, Translate(query, args), args)
	c.see(err)
	return rows, err
}

// see notes that the server takes nothing written any more: another one has taken its place, to
// which the next connection leads.
func (c *conn) see(err error) { c.moved = c.moved || !c.reader && code(err) == readOnly }

// IsValid reports whether the connection may be used again; it is a driver.Validator.
func (c *conn) IsValid() bool { return !c.moved }

// CheckNamedValue makes parameters what the tables hold: truth is a whole number there,
// and a text has neither a zero nor bytes that are no characters.
func (c *conn) CheckNamedValue(v *driver.NamedValue) (err error) {
	switch v.Value.(type) {
	case []string, []*string, []int64, [][]byte:
		return nil
	}
	if v.Value, err = driver.DefaultParameterConverter.ConvertValue(v.Value); err != nil {
		return err
	}
	switch value := v.Value.(type) {
	case bool:
		v.Value = int64(0)
		if value {
			v.Value = int64(1)
		}
	case string:
		v.Value = Text(value)
	}
	return nil
}

// Text returns a text as PostgreSQL can keep it: in place of zeros and of bytes that are
// no characters it has the character that stands for what can't be shown.
func Text(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	const unknown = string(utf8.RuneError)
	return strings.ReplaceAll(strings.ToValidUTF8(s, unknown), "\x00", unknown)
}
