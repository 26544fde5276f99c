package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/mattn/go-sqlite3"

	"flagrante/capture"
	"flagrante/proxy"
)

// Masked is a value that somebody masked by hand. What it was is not kept.
type Masked struct {
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Mask stands in its place, as <project:k3f7qa2b>.
	Mask string `json:"mask"`
	// Forms are the keyed digests that find it again, as JSON.
	Forms string `json:"-"`
	// DraftID is the draft at which it was masked, empty for none.
	DraftID string    `json:"draft_id,omitempty"`
	Actor   string    `json:"actor"`
	Time    time.Time `json:"time"`
	// Failures is in how many stored failures it stood.
	Failures int64 `json:"failures"`
	// UpTo is the number of the last failure that was looked at for it, Done reports
	// that it is nowhere any more.
	UpTo int64 `json:"-"`
	Done bool  `json:"done"`
}

// Mask keeps a value that was masked by hand. It returns what is kept already where the
// value is masked; all that is stored is to be looked through again then.
func (s *Store) Mask(ctx context.Context, m Masked) (Masked, error) {
	err := s.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO masked (id, kind, mask, forms, draft_id, actor, time) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (forms) DO UPDATE SET upto = 0, done = 0`,
			m.ID, m.Kind, m.Mask, m.Forms, m.DraftID, m.Actor, micros(m.Time))
		if err != nil {
			return err
		}
		known, err := scanMasked(tx.QueryRowContext(ctx, selectMasked+` WHERE forms = ?`, m.Forms).Scan)
		m = known
		return err
	})
	if err != nil {
		return Masked{}, fmt.Errorf("keep what was masked by hand: %w", err)
	}
	return m, nil
}

const selectMasked = `SELECT id, kind, mask, forms, draft_id, actor, time, failures, upto, done FROM masked`

func scanMasked(row func(...any) error) (m Masked, err error) {
	var at int64
	err = row(&m.ID, &m.Kind, &m.Mask, &m.Forms, &m.DraftID, &m.Actor, &at, &m.Failures, &m.UpTo, &m.Done)
	m.Time = time.UnixMicro(at).UTC()
	return m, err
}

// Masked lists what was masked by hand, the newest first.
func (s *Store) Masked(ctx context.Context) ([]Masked, error) {
	all, err := Collect(ctx, s, selectMasked+` ORDER BY time DESC, id DESC`, nil, scanMasked)
	if err != nil {
		return nil, fmt.Errorf("list what was masked by hand: %w", err)
	}
	return all, nil
}

// Unmask has a value masked no longer. What was masked stays so. It returns
// ErrNotFound for an unknown ID.
func (s *Store) Unmask(ctx context.Context, id string) error {
	return s.Update(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM masked WHERE id = ?`, id)
		if err != nil {
			return fmt.Errorf("revoke a mask: %w", err)
		}
		n, err := result.RowsAffected()
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	})
}

// MaskedUpTo notes how far stored failures were looked through for a value, in how many
// of them it was found more, and whether that is all.
func (s *Store) MaskedUpTo(ctx context.Context, id string, upTo, failures int64, done bool) error {
	return s.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE masked SET upto = ?, failures = failures + ?, done = ? WHERE id = ?`, upTo, failures, done, id)
		if err != nil {
			return fmt.Errorf("note how far a value was masked: %w", err)
		}
		return nil
	})
}

// After returns the IDs of the next failures in the order in which they were stored,
// and the number of the last; none where there are no more.
func (s *Store) After(ctx context.Context, n int64, limit int) (ids []string, last int64, err error) {
	last = n
	ids, err = Collect(ctx, s, `SELECT n, id FROM failures WHERE n > ? ORDER BY n LIMIT ?`, []any{n, limit}, func(row func(...any) error) (id string, err error) {
		err = row(&last, &id)
		return id, err
	})
	return ids, last, err
}

// Last returns the number of the failure that was stored last, 0 without one.
func (s *Store) Last(ctx context.Context) (n int64, err error) {
	if err := s.db().Read.QueryRowContext(ctx, `SELECT coalesce(max(n), 0) FROM failures`).Scan(&n); err != nil {
		return 0, fmt.Errorf("look for the last failure: %w", err)
	}
	return n, nil
}

// ReplaceGood writes the last good call of an endpoint anew.
func (s *Store) ReplaceGood(ctx context.Context, endpoint string, x *proxy.Exchange) error {
	return s.Update(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM good WHERE endpoint = ?`, endpoint); err != nil {
			return fmt.Errorf("write a good call: %w", err)
		}
		w := &writer{tx: tx, packer: s.packer}
		return w.good(ctx, capture.Good{Endpoint: endpoint, Exchange: *x})
	})
}

// rewritable lists the columns of text that can hold what was sent, by table: neither
// names of ours nor digests.
func (s *Store) rewritable(ctx context.Context) ([]textColumn, error) {
	named := []string{"id", "fingerprint", "method", "kind", "state", "host", "first_id", "last_id", "draft_id", "receipt_id", "merged_into", "parent", "chain", "settings", "actor", "action", "holder", "portal"}
	all, err := s.textColumns(ctx)
	return slices.DeleteFunc(all, func(c textColumn) bool {
		return c.table == "masked" || c.table == "audit" || slices.Contains(named, c.name)
	}), err
}

// RewriteTexts changes texts that are not packed, such as endpoints, drafts with what
// people wrote, their history, receipts and what waits to be sent. It returns how many
// rows of which table changed.
func (s *Store) RewriteTexts(ctx context.Context, change func(text string) string) (map[string]int64, error) {
	columns, err := s.rewritable(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the columns: %w", err)
	}
	forget := func() error {
		return s.Update(ctx, func(tx *sql.Tx) error { return forgetComposed(ctx, tx, false) })
	}
	if err := forget(); err != nil {
		return nil, err
	}
	changed := map[string]int64{}
	for _, c := range columns {
		err := s.stretches(ctx, c.table, func(conn *sql.Conn, tx *sql.Tx, within string) error {
			n, err := s.rewriteColumn(ctx, conn, tx, c, within, change)
			if n > 0 {
				changed[c.table] += n
			}
			return err
		})
		if err != nil {
			return changed, fmt.Errorf("rewrite %s.%s: %w", c.table, c.name, err)
		}
	}
	// What was composed meanwhile may hold what was not changed yet.
	return changed, forget()
}

// RewriteFiles changes the files that wait to be sent, one by one, and returns how many
// became others.
func (s *Store) RewriteFiles(ctx context.Context, change func(data []byte) []byte) (changed int64, err error) {
	type file struct {
		receipt string
		n       int64
	}
	files, err := Collect(ctx, s, `SELECT receipt_id, n FROM outbox_files ORDER BY 1, 2`, nil, func(row func(...any) error) (f file, err error) { return f, row(&f.receipt, &f.n) })
	if err != nil {
		return 0, fmt.Errorf("list the files that wait: %w", err)
	}
	for _, f := range files {
		err := s.Update(ctx, func(tx *sql.Tx) error {
			var data []byte
			err := tx.QueryRowContext(ctx, `SELECT data FROM outbox_files WHERE receipt_id = ? AND n = ?`, f.receipt, f.n).Scan(&data)
			if errors.Is(err, sql.ErrNoRows) {
				return nil // It was sent meanwhile.
			}
			if err != nil {
				return err
			}
			other := change(data)
			if bytes.Equal(other, data) {
				return nil
			}
			changed++
			_, err = tx.ExecContext(ctx, `UPDATE outbox_files SET data = ? WHERE receipt_id = ? AND n = ?`, other, f.receipt, f.n)
			return err
		})
		if err != nil {
			return changed, fmt.Errorf("rewrite a file that waits: %w", err)
		}
	}
	return changed, nil
}

// register gives the connection a function of SQL.
func register(driver any, change func(text string) string) error {
	conn, ok := driver.(*sqlite3.SQLiteConn)
	if !ok {
		return fmt.Errorf("the driver's %T takes no functions", driver)
	}
	return conn.RegisterFunc("rewritten", change, true)
}

// rewriteColumn changes one column. The index of words is made anew for failures whose
// words changed.
func (s *Store) rewriteColumn(ctx context.Context, conn *sql.Conn, tx *sql.Tx, of textColumn, within string, change func(text string) string) (int64, error) {
	table, column := of.table, of.name
	if s.Central() {
		return rewriteCentral(ctx, tx, of, clause{sql: within}, change, false)
	}
	if err := conn.Raw(func(driver any) error { return register(driver, change) }); err != nil {
		return 0, err
	}
	if table == "failures" && slices.Contains([]string{"url", "endpoint", "vendor_code", "vendor_message"}, column) {
		if _, err := tx.ExecContext(ctx, `UPDATE search_parts SET erase = 1 WHERE part IN (SELECT part FROM search_rows WHERE n IN (SELECT n FROM failures WHERE `+within+` AND rewritten(`+column+`) <> `+column+`))`); err != nil {
			return 0, err
		}
	}
	result, err := tx.ExecContext(ctx, `UPDATE OR REPLACE "`+table+`" SET "`+column+`" = rewritten("`+column+`") WHERE `+within+` AND CASE WHEN "`+column+`" IS NULL THEN 0 ELSE rewritten("`+column+`") <> "`+column+`" END`)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
