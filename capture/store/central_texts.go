package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"flagrante/capture/store/postgres"
)

// textColumn is a column of text.
type textColumn struct{ table, name string }

// textColumns lists the columns of text of all tables in which people or vendors may
// have written. Those of exchanges are packed.
func (s *Store) textColumns(ctx context.Context) ([]textColumn, error) {
	query := `SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND c.type = 'TEXT' AND m.name NOT LIKE 'search%' AND m.name NOT LIKE 'sqlite%' AND m.name NOT IN ('exchanges', 'composed') ORDER BY 1, 2`
	if s.Central() {
		query = `SELECT t.relname, a.attname FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
			WHERE t.relnamespace = CAST(current_schema() AS regnamespace) AND t.relkind IN ('r', 'p') AND NOT t.relispartition AND a.attnum > 0 AND NOT a.attisdropped
				AND a.atttypid = CAST('text' AS regtype) AND t.relname NOT IN ('exchanges', 'composed') ORDER BY 1, 2`
	}
	return Collect(ctx, s, query, nil, func(row func(...any) error) (c textColumn, err error) { return c, row(&c.table, &c.name) })
}

// centralText is a text in a row of PostgreSQL.
type centralText struct {
	table      int64
	page, text string
}

// rewriteCentral changes the texts of a column, among the rows that a condition chooses. A row that
// would be another's twin goes. With dry it only counts.
func rewriteCentral(ctx context.Context, tx *sql.Tx, column textColumn, where clause, change func(string) string, dry bool) (n int64, err error) {
	texts, err := centralTexts(ctx, tx, column, where)
	if err != nil {
		return 0, err
	}
	const at = ` WHERE tableoid = CAST(? AS oid) AND ctid = CAST(? AS tid)`
	for _, t := range texts {
		other := postgres.Text(change(t.text))
		if other == t.text {
			continue
		}
		n++
		if dry {
			continue
		}
		if column.table == "failures" {
			if _, err := tx.ExecContext(ctx, `INSERT INTO unindexed SELECT n FROM failures`+at+` ON CONFLICT DO NOTHING`, t.table, t.page); err != nil {
				return n, err
			}
		}
		err := within(ctx, tx, fmt.Sprintf(`UPDATE %q SET %q = ?3 WHERE tableoid = CAST(?1 AS oid) AND ctid = CAST(?2 AS tid)`, column.table, column.name), t.table, t.page, other)
		if postgres.Taken(err) {
			_, err = tx.ExecContext(ctx, fmt.Sprintf(`DELETE FROM %q`, column.table)+at, t.table, t.page)
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func centralTexts(ctx context.Context, tx *sql.Tx, column textColumn, where clause) (texts []centralText, err error) {
	found, err := tx.QueryContext(ctx, fmt.Sprintf(`SELECT CAST(tableoid AS BIGINT), CAST(ctid AS TEXT), %q FROM %q WHERE %q IS NOT NULL AND %s`, column.name, column.table, column.name, where.sql), where.args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var t centralText
		if err := found.Scan(&t.table, &t.page, &t.text); err != nil {
			return nil, err
		}
		texts = append(texts, t)
	}
	return texts, found.Err()
}

// within runs a statement whose error does not end the transaction.
func within(ctx context.Context, tx *sql.Tx, statement string, args ...any) error {
	if _, err := tx.ExecContext(ctx, `SAVEPOINT one`); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, statement, args...)
	after := `RELEASE SAVEPOINT one`
	if err != nil {
		after = `ROLLBACK TO SAVEPOINT one`
	}
	_, end := tx.ExecContext(ctx, after)
	return errors.Join(err, end)
}
