package move

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"flagrante/capture/store"
)

// movedTables hold what people decided, sent and named, and what is known of recordings,
// in an order in which rows come after those that they name. Those that are numbered
// have n for a key.
func movedTables() []string {
	return []string{"counted", "aliases", "drafts", "draft_changes", "draft_history", "receipts", "outbox", "outbox_files", "views", "masked", "audit"}
}

func numbered(table string) bool { return table == "draft_changes" || table == "audit" }

// tables moves them before anything else, while nobody has decided anything in the other
// store: numbers of both could not be told apart.
func (m *move) tables(ctx context.Context) error {
	done, err := m.begun(ctx, "tables")
	if err != nil {
		return err
	}
	if done > 0 {
		m.done.Rows = done
		return nil
	}
	taken, err := one[bool](ctx, m.to, `SELECT EXISTS (SELECT 1 FROM draft_changes) OR EXISTS (SELECT 1 FROM receipts) OR EXISTS (SELECT 1 FROM audit)`)
	if err != nil {
		return err
	}
	if taken {
		return ErrInUse
	}
	var rows int64
	err = m.to.Update(ctx, func(tx *sql.Tx) error {
		rows = 0
		for _, table := range movedTables() {
			n, err := m.table(ctx, tx, table)
			if err != nil {
				return fmt.Errorf("table %s: %w", table, err)
			}
			rows += n
		}
		if _, err := tx.ExecContext(ctx, `UPDATE masked SET upto = 0 WHERE done = 0`); err != nil {
			return err
		}
		// One more, so that a store without any rows is done, too.
		_, err := tx.ExecContext(ctx, `INSERT INTO streams (stream, origin, stored, taken) VALUES (?, ?, ?, 0)`, m.stream("tables"), m.origin.ID, rows+1)
		return err
	})
	m.done.Rows = rows + 1
	return err
}

// table moves the rows of a table, and returns how many there were.
func (m *move) table(ctx context.Context, tx *sql.Tx, name string) (n int64, err error) {
	columns, err := m.common(ctx, name)
	if err != nil {
		return 0, err
	}
	rows, err := m.from.Query(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+name)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	overriding := ""
	if m.to.Central() && numbered(name) {
		overriding = " OVERRIDING SYSTEM VALUE"
	}
	insert := `INSERT INTO ` + name + ` (` + strings.Join(columns, ", ") + `)` + overriding + ` VALUES (` + strings.TrimSuffix(strings.Repeat("?,", len(columns)), ",") + `) ON CONFLICT DO NOTHING`
	for ; rows.Next(); n++ {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return 0, err
		}
		if _, err := tx.ExecContext(ctx, insert, values...); err != nil {
			return 0, err
		}
	}
	if err := rows.Err(); err != nil || !m.to.Central() || !numbered(name) {
		return n, err
	}
	_, err = tx.ExecContext(ctx, `SELECT setval(pg_get_serial_sequence('`+name+`', 'n'), (SELECT coalesce(max(n), 1) FROM `+name+`))`)
	return n, err
}

// common are the columns that a table has in both stores.
func (m *move) common(ctx context.Context, table string) ([]string, error) {
	of := func(s *store.Store) ([]string, error) {
		rows, err := s.Query(ctx, `SELECT * FROM `+table+` LIMIT 0`)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		names, err := rows.Columns()
		return names, errors.Join(err, rows.Err())
	}
	ours, err := of(m.from)
	if err != nil {
		return nil, err
	}
	theirs, err := of(m.to)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(ours, func(name string) bool { return !slices.Contains(theirs, name) }), nil
}
