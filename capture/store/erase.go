package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"flagrante/capture"
	"flagrante/proxy"
)

// Walk shows every failure with all that is kept of it, oldest first, until show
// returns an error.
func (s *Store) Walk(ctx context.Context, show func(*capture.Failure) error) error {
	for at := (place{time: -1 << 62}); ; {
		next, err := Collect(ctx, s, `SELECT time, id FROM failures WHERE (time, id) > (?, ?) ORDER BY time, id LIMIT ?`, []any{at.time, at.id, pruneStep},
			func(row func(...any) error) (p place, err error) { return p, row(&p.time, &p.id) })
		if err != nil || len(next) == 0 {
			return err
		}
		for _, at = range next {
			f, err := s.Failure(ctx, at.id)
			if errors.Is(err, ErrNotFound) {
				continue // It was pruned meanwhile.
			}
			if err == nil {
				err = show(f)
			}
			if err != nil {
				return err
			}
		}
	}
}

// WalkGood shows the last good call of every endpoint.
func (s *Store) WalkGood(ctx context.Context, show func(endpoint string, x *proxy.Exchange) error) error {
	endpoints, err := Collect(ctx, s, `SELECT endpoint FROM good`, nil, Value[string])
	if err != nil {
		return err
	}
	for _, name := range endpoints {
		x, err := s.LastGood(ctx, name)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err == nil {
			err = show(name, x)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// SetBefore puts others in the place of the calls before a failure.
func (s *Store) SetBefore(ctx context.Context, id string, calls []capture.Call) error {
	var data []byte
	if len(calls) > 0 {
		var err error
		if data, err = json.Marshal(calls); err != nil {
			return fmt.Errorf("write the calls before failure %s: %w", id, err)
		}
	}
	before := s.packer.pack(data)
	return s.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE exchanges SET before = ?, packed = (packed & ~4) | ? WHERE n = (SELECT n FROM failures WHERE id = ?)`, before.data, flags(stored{}, stored{}, before), id)
		if err != nil {
			return fmt.Errorf("write the calls before failure %s: %w", id, err)
		}
		return nil
	})
}

// Replace writes the exchange of a failure, the calls before it, and its marks anew, and
// has the index of words forget what stood there at its next step. A failure that is
// gone is passed over.
func (s *Store) Replace(ctx context.Context, f *capture.Failure) error {
	row, err := s.plainRow(f)
	if err != nil {
		return fmt.Errorf("write failure %s: %w", f.ID, err)
	}
	err = s.Update(ctx, func(tx *sql.Tx) error {
		var n int64
		if err := tx.QueryRowContext(ctx, `UPDATE failures SET redactions = ? WHERE id = ? RETURNING n`, asJSON(f.Redactions), f.ID).Scan(&n); errors.Is(err, sql.ErrNoRows) {
			return nil
		} else if err != nil {
			return err
		}
		if err := s.renew(ctx, tx, `SELECT n FROM failures WHERE n = ?`, n); err != nil {
			return err
		}
		if s.Central() {
			_, err := tx.ExecContext(ctx, `UPDATE exchanges SET head = ?, request_body = ?, response_body = ?, before = ?, packed = ?, words = '' WHERE n = ?`, append(row[:5:5], n)...)
			return err
		}
		// Deleting the row lets go of shared bodies.
		if _, err := tx.ExecContext(ctx, `DELETE FROM exchanges WHERE n = ?`, n); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, insertExchange, append([]any{n}, row...)...)
		return err
	})
	if err != nil {
		return fmt.Errorf("write failure %s: %w", f.ID, err)
	}
	return nil
}

// plainRow returns the columns of an exchange behind its number, with bodies that are
// not shared.
func (s *Store) plainRow(f *capture.Failure) ([]any, error) {
	var answered, before []byte
	if r := f.Exchange.Response; r != nil {
		answered = r.Body.Data
	}
	if len(f.Before) > 0 {
		var err error
		if before, err = json.Marshal(f.Before); err != nil {
			return nil, err
		}
	}
	sent, got, calls := s.packer.pack(f.Exchange.Request.Body.Data), s.packer.pack(answered), s.packer.pack(before)
	return []any{headText(&f.Exchange), sent.data, got.data, calls.data, flags(sent, got, calls), nil, nil}, nil
}

// EraseGood deletes the last good calls of those endpoints.
func (s *Store) EraseGood(ctx context.Context, endpoints []string) error {
	return s.Update(ctx, func(tx *sql.Tx) error {
		for _, name := range endpoints {
			if _, err := tx.ExecContext(ctx, `DELETE FROM good WHERE endpoint = ?`, name); err != nil {
				return fmt.Errorf("erase a good call: %w", err)
			}
		}
		return nil
	})
}

// EraseTexts puts another text in the place of some, in every column of text that is
// not packed: endpoints, drafts with what people wrote, their history, receipts; the
// index of words forgets them at its next steps. It returns how many rows of which table held one; with dry it only counts.
func (s *Store) EraseTexts(ctx context.Context, texts []string, instead string, dry bool) (map[string]int64, error) {
	columns, err := s.textColumns(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the columns: %w", err)
	}
	held := map[string]int64{}
	forget := func() error {
		return s.Update(ctx, func(tx *sql.Tx) error { return forgetComposed(ctx, tx, dry) })
	}
	if err := forget(); err != nil {
		return nil, err
	}
	for _, c := range columns {
		err := s.stretches(ctx, c.table, func(_ *sql.Conn, tx *sql.Tx, within string) error {
			for _, text := range texts {
				n, err := s.eraseText(ctx, tx, c, within, text, instead, dry)
				if err != nil {
					return err
				}
				if n > 0 {
					held[c.table] += n
				}
			}
			return nil
		})
		if err != nil {
			return held, fmt.Errorf("erase in %s.%s: %w", c.table, c.name, err)
		}
	}
	// What was composed meanwhile may hold what was not changed yet.
	return held, forget()
}

// rewriteStep is how many failures are changed in one transaction.
const rewriteStep = 2000

// stretches calls f for all rows of a table, of failures for some at a time, which the
// condition chooses: each time in a transaction of its own, between which others write.
func (s *Store) stretches(ctx context.Context, table string, f func(conn *sql.Conn, tx *sql.Tx, within string) error) error {
	within, last := []string{"TRUE"}, int64(0)
	if table == "failures" {
		var err error
		if last, err = s.Last(ctx); err != nil {
			return err
		}
		within = nil
	}
	for n := int64(0); n < last; n += rewriteStep {
		within = append(within, fmt.Sprintf("n > %d AND n <= %d", n, n+rewriteStep))
	}
	for _, condition := range within {
		err := s.db().Alone(ctx, func(conn *sql.Conn, tx *sql.Tx) error { return f(conn, tx, condition) })
		if err != nil {
			return err
		}
	}
	return nil
}

// forgetComposed has drafts composed anew for lists, since they may hold what is erased.
func forgetComposed(ctx context.Context, tx *sql.Tx, dry bool) error {
	if dry {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM composed`); err != nil {
		return fmt.Errorf("forget what was composed: %w", err)
	}
	_, err := tx.ExecContext(ctx, `UPDATE pulses SET late = late + 1 WHERE host = ''`)
	return err
}

// eraseText changes one column. A row that would be another's twin goes.
func (s *Store) eraseText(ctx context.Context, tx *sql.Tx, c textColumn, within, text, instead string, dry bool) (n int64, err error) {
	quoted := func(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
	table, column := quoted(c.table), quoted(c.name)
	where := within + ` AND instr(` + column + `, ?1) > 0`
	if s.Central() {
		return rewriteCentral(ctx, tx, c, clause{where, []any{text}}, func(all string) string { return strings.ReplaceAll(all, text, instead) }, dry)
	}
	if dry {
		err = tx.QueryRowContext(ctx, `SELECT count(*) FROM `+table+` WHERE `+where, text).Scan(&n)
		return n, err
	}
	if c.table == "failures" {
		_, err := tx.ExecContext(ctx, `UPDATE search_parts SET erase = 1 WHERE part IN (SELECT part FROM search_rows WHERE n IN (SELECT n FROM failures WHERE `+where+`))`, text)
		if err != nil {
			return 0, err
		}
	}
	result, err := tx.ExecContext(ctx, `UPDATE OR REPLACE `+table+` SET `+column+` = replace(`+column+`, ?1, ?2) WHERE `+where, text, instead)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// ErrReaders reports that others read the file, so that its log could not be emptied.
var ErrReaders = errors.New("another process reads the database, so that its log still holds what was erased")

// Scrub has the bytes of what was deleted leave the file and its log: the index of
// words is filled anew where it has to be, free pages are given back, and the log is
// emptied into the file. A shared database is vacuumed: the log of the
// server, and its backups, hold what was erased until they are recycled.
func (s *Store) Scrub(ctx context.Context) error {
	for left := true; left; {
		var err error
		if left, err = s.Index(ctx, pruneStep); err != nil {
			return err
		}
	}
	if s.Central() {
		if _, err := s.db().Write.ExecContext(ctx, `VACUUM`); err != nil {
			return fmt.Errorf("have deleted rows leave the database: %w", err)
		}
		return nil
	}
	if _, err := s.giveBack(ctx); err != nil {
		return err
	}
	var busy, log, moved int64
	if err := s.db().Write.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &moved); err != nil {
		return fmt.Errorf("empty the log of the database: %w", err)
	}
	if busy != 0 {
		return ErrReaders
	}
	return nil
}
