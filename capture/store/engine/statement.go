package engine

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
)

// Statement is a prepared statement of the connection that writes, spoken to without
// the layer of database/sql in between, which costs as much as SQLite itself. It may
// only be used while that connection is held.
type Statement struct {
	prepared preparedStatement
	args     []driver.NamedValue
}

// Connection is what a connection of the driver can do.
type Connection interface {
	driver.ConnPrepareContext
}

// preparedStatement is what a statement of the driver can do.
type preparedStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// Prepare takes a statement from the driver's own cache, or makes it.
func Prepare(ctx context.Context, c Connection, query string) (*Statement, error) {
	made, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("prepare to write: %w", err)
	}
	ready, ok := made.(preparedStatement)
	if !ok {
		return nil, errors.Join(fmt.Errorf("prepare to write: a %T takes no context", made), made.Close())
	}
	return &Statement{prepared: ready, args: make([]driver.NamedValue, ready.NumInput())}, nil
}

// bind puts parameters in place: int64, string, []byte or nil.
func (s *Statement) bind(args []driver.Value) []driver.NamedValue {
	for i, value := range args {
		s.args[i] = driver.NamedValue{Ordinal: i + 1, Value: value}
	}
	return s.args
}

// Exec runs the statement. The number of the row that it made last is 0 when it
// made none.
func (s *Statement) Exec(ctx context.Context, args ...driver.Value) (n int64, err error) {
	result, err := s.prepared.ExecContext(ctx, s.bind(args))
	if err != nil {
		return 0, err
	}
	if rows, err := result.RowsAffected(); err != nil || rows == 0 {
		return 0, err
	}
	return result.LastInsertId()
}

// Number returns the whole number that the statement finds, and whether it does.
func (s *Statement) Number(ctx context.Context, args ...driver.Value) (n int64, found bool, err error) {
	rows, err := s.prepared.QueryContext(ctx, s.bind(args))
	if err != nil {
		return 0, false, err
	}
	row := make([]driver.Value, len(rows.Columns()))
	switch err = rows.Next(row); {
	case err == nil:
		n, found = row[0].(int64)
	case errors.Is(err, io.EOF):
		err = nil
	}
	return n, found, errors.Join(err, rows.Close())
}

// Close closes it.
func (s *Statement) Close() error { return s.prepared.Close() }
