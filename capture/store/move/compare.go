package move

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/postgres"
)

// Sum is what a number of things come to, in whatever order: how many there are, and the
// sum of their digests.
type Sum struct {
	Count  int64  `json:"count"`
	Digest uint64 `json:"digest"`
}

func (s *Sum) add(data []byte) {
	all := sha256.Sum256(data)
	s.Count++
	s.Digest += binary.BigEndian.Uint64(all[:])
}

// Compared are the failures and the calls of one store, and what another holds of them.
type Compared struct {
	Failures, FailuresThere Sum
	// Calls are those that minutes count; the other store may have counted more.
	Calls, CallsThere int64
	// Rows are those of what people decided, sent and named, and those of them that are in the
	// other store as they are here: it may hold others', too.
	Rows, RowsThere Sum
}

// Same reports whether nothing is missing or changed.
func (c Compared) Same() bool {
	return c.Failures == c.FailuresThere && c.CallsThere >= c.Calls && c.Rows == c.RowsThere
}

// Compare reads each failure in both stores, with all that belongs to it, and the rows of what
// people decided, and counts the calls.
func Compare(ctx context.Context, from, to *store.Store, progress func(done int64)) (c Compared, err error) {
	err = from.Walk(ctx, func(f *capture.Failure) error {
		there, err := to.Failure(ctx, f.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err := c.Failures.failure(f); err != nil {
			return err
		}
		if progress != nil {
			progress(c.Failures.Count)
		}
		if there == nil {
			return nil
		}
		return c.FailuresThere.failure(there)
	})
	if err != nil {
		return c, fmt.Errorf("compare the failures: %w", err)
	}
	endpoints, err := store.Collect(ctx, from, `SELECT DISTINCT endpoint FROM minutes`, nil, store.Value[string])
	if err != nil {
		return c, fmt.Errorf("compare the calls: %w", err)
	}
	const calls = `SELECT coalesce(sum(calls), 0) FROM minutes WHERE endpoint = ?`
	for _, name := range endpoints {
		here, hereErr := one[int64](ctx, from, calls, name)
		there, thereErr := one[int64](ctx, to, calls, name)
		if err := errors.Join(hereErr, thereErr); err != nil {
			return c, fmt.Errorf("compare the calls: %w", err)
		}
		c.Calls, c.CallsThere = c.Calls+here, c.CallsThere+there
	}
	m := &move{from: from, to: to}
	for _, table := range movedTables() {
		columns, err := m.common(ctx, table)
		if err != nil {
			return c, fmt.Errorf("compare the table %s: %w", table, err)
		}
		// The other store looks through its failures by itself.
		columns = slices.DeleteFunc(columns, func(name string) bool {
			return table == "masked" && (name == "upto" || name == "done" || name == "failures")
		})
		if err := c.table(ctx, from, to, table, columns); err != nil {
			return c, fmt.Errorf("compare the table %s: %w", table, err)
		}
	}
	return c, nil
}

// table compares the rows of a table.
func (c *Compared) table(ctx context.Context, from, to *store.Store, table string, columns []string) error {
	there := map[uint64]bool{}
	err := digests(ctx, to, table, columns, func(row Sum) { there[row.Digest] = true })
	if err != nil {
		return err
	}
	return digests(ctx, from, table, columns, func(row Sum) {
		c.Rows.join(row)
		if there[row.Digest] {
			c.RowsThere.join(row)
		}
	})
}

func (s *Sum) join(other Sum) { s.Count, s.Digest = s.Count+other.Count, s.Digest+other.Digest }

// digests reads the rows of a table, each as the sum of one.
func digests(ctx context.Context, s *store.Store, table string, columns []string, f func(Sum)) error {
	rows, err := s.Query(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			if text, ok := v.(string); ok {
				values[i] = postgres.Text(text)
			}
		}
		data, err := json.Marshal(slices.Concat(values, []any{table}))
		if err != nil {
			return err
		}
		var row Sum
		row.add(data)
		f(row)
	}
	return rows.Err()
}

// failure adds one, without what is another's in another store: its origin, and the
// group of the host.
func (s *Sum) failure(f *capture.Failure) error {
	plain := *f
	plain.Origin.ID, plain.Incident = "", ""
	data, err := json.Marshal(plain)
	if err != nil {
		return err
	}
	// What PostgreSQL can't keep in a text has the place of what can't be shown.
	text := strings.NewReplacer(`\u0000`, `\ufffd`, "\ufffd", `\ufffd`).Replace(string(data))
	for strings.Contains(text, `\ufffd\ufffd`) {
		text = strings.ReplaceAll(text, `\ufffd\ufffd`, `\ufffd`)
	}
	s.add([]byte(text))
	return nil
}
