// Package plan shows, in tests, what is asked of SQLite and how it goes about it.
package plan

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"

	"github.com/mattn/go-sqlite3"
)

// Asked is a statement with its parameters, none where it was only prepared.
type Asked struct {
	Statement string
	Args      []any
}

// Log remembers what is asked through a driver. It is safe for use by many goroutines.
type Log struct {
	mu    sync.Mutex
	asked []Asked
}

// Register makes a driver for database/sql, that of SQLite with a log, and returns its
// name, which begins as asked. Tests that run once for each engine register it each time.
func Register(prefix string) (*Log, string) {
	l, name := &Log{}, fmt.Sprintf("%s-%d", prefix, len(sql.Drivers()))
	sql.Register(name, logging{&sqlite3.SQLiteDriver{}, l})
	return l, name
}

// Take returns what was asked since the last time.
func (l *Log) Take() []Asked {
	l.mu.Lock()
	defer l.mu.Unlock()
	asked := l.asked
	l.asked = nil
	return asked
}

func (l *Log) add(statement string, args []driver.NamedValue) {
	values := make([]any, len(args))
	for i, a := range args {
		values[i] = a.Value
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, Asked{statement, values})
}

// Of returns SQLite's plan for a statement, a line for each step
// (https://sqlite.org/eqp.html). Statements without one, such as PRAGMA, have none.
func Of(ctx context.Context, db *sql.DB, asked Asked) (lines []string, err error) {
	rows, err := db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+asked.Statement, asked.Args...)
	if err != nil {
		return nil, fmt.Errorf("explain %s: %w", asked.Statement, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var line string
		if err := rows.Scan(&id, &parent, &unused, &line); err != nil {
			return nil, fmt.Errorf("explain %s: %w", asked.Statement, err)
		}
		lines = append(lines, line)
	}
	return lines, rows.Err()
}

// Whole returns the steps of a plan that go through all of one of the tables, or put
// what is found into an order of its own, more than rows that are equal but for the last
// term of the order.
func Whole(lines []string, tables ...string) (steps []string) {
	for _, line := range lines {
		if strings.HasPrefix(line, "USE TEMP B-TREE") && !strings.Contains(line, "LAST TERM") {
			steps = append(steps, line)
			continue
		}
		for _, table := range tables {
			if line == "SCAN "+table || strings.HasPrefix(line, "SCAN "+table+" ") {
				steps = append(steps, line)
			}
		}
	}
	return steps
}

// logging is a driver with a log.
type logging struct {
	*sqlite3.SQLiteDriver
	log *Log
}

// Open opens a connection.
func (d logging) Open(name string) (driver.Conn, error) {
	opened, err := d.SQLiteDriver.Open(name)
	if err != nil {
		return nil, err
	}
	c, ok := opened.(*sqlite3.SQLiteConn)
	if !ok {
		return nil, fmt.Errorf("the driver opens a %T", opened)
	}
	return conn{c, d.log}, nil
}

type conn struct {
	*sqlite3.SQLiteConn
	log *Log
}

// QueryContext asks for rows.
func (c conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.log.add(query, args)
	return c.SQLiteConn.QueryContext(ctx, query, args)
}

// ExecContext changes rows.
func (c conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.log.add(query, args)
	return c.SQLiteConn.ExecContext(ctx, query, args)
}

// PrepareContext prepares a statement.
func (c conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.log.add(query, nil)
	return c.SQLiteConn.PrepareContext(ctx, query)
}
