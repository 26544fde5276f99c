package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/export"
	"flagrante/draft/lifecycle"
)

// The errors of the ledger.
var (
	// ErrNoReceipt is returned for an ID that no receipt has.
	ErrNoReceipt = errors.New("there is no such receipt")
	// errLost says that another process took the row over.
	errLost = errors.New("another process works at this export")
)

// hold is for how long a process has a row to itself; it is renewed with every
// request, which takes less.
const hold = 90 * time.Second

// ledger keeps receipts and what is on its way.
type ledger struct {
	store *store.Store
	now   func() time.Time
	// holder names this process.
	holder string
}

// entry is one export on its way.
type entry struct {
	receipt  draft.Receipt
	parcel   export.Parcel
	progress export.Progress
	tries    int
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func asJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		// Strings, and lists and maps of them, always can be.
		panic(err)
	}
	return string(data)
}

// begin puts a parcel on its way, held by this process.
func (l *ledger) begin(ctx context.Context, r draft.Receipt, p export.Parcel) error {
	return l.store.Update(ctx, func(tx *sql.Tx) error {
		if err := lifecycle.InsertReceipt(ctx, tx, r); err != nil {
			return err
		}
		now := l.now()
		_, err := tx.ExecContext(ctx, `INSERT INTO outbox (receipt_id, parcel, progress, tries, due, holder, held_until) VALUES (?, ?, ?, 0, ?, ?, ?)`,
			r.ID, asJSON(p), asJSON(export.Progress{}), micros(now), l.holder, micros(now.Add(hold)))
		for i, f := range p.Files {
			if err == nil {
				_, err = tx.ExecContext(ctx, `INSERT INTO outbox_files (receipt_id, n, data) VALUES (?, ?, ?)`, r.ID, i, notNil(f.Data))
			}
		}
		if err != nil {
			return fmt.Errorf("put the draft %s on its way: %w", r.DraftID, err)
		}
		return nil
	})
}

// notNil keeps an empty file apart from none.
func notNil(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}

// claim takes the row that is due first, among those for which a condition holds and that
// nobody has, for this process, and returns its ID, empty when there is none. Processes that
// claim at the same time take different rows, and none waits for another; a row is held
// longer than that, by its time, since a portal is not asked inside of a transaction.
func (l *ledger) claim(ctx context.Context, where string, args ...any) (id string, err error) {
	err = l.store.UpdateApart(ctx, func(tx *sql.Tx) error {
		now := l.now()
		id = ""
		err := tx.QueryRowContext(ctx, `UPDATE outbox SET holder = ?, held_until = ? WHERE receipt_id = (SELECT receipt_id FROM outbox WHERE held_until <= ? AND `+where+`
			ORDER BY due LIMIT 1 /*postgres FOR UPDATE SKIP LOCKED*/) RETURNING receipt_id`,
			append([]any{l.holder, micros(now.Add(hold)), micros(now)}, args...)...).Scan(&id)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("take an export: %w", err)
		}
		return nil
	})
	return id, err
}

// save writes how far an export has come, and holds it longer.
func (l *ledger) save(ctx context.Context, id string, p export.Progress) error {
	return l.store.UpdateApart(ctx, func(tx *sql.Tx) error {
		return l.held(ctx, tx, id, `UPDATE outbox SET progress = ?, held_until = ? WHERE receipt_id = ? AND holder = ?`,
			asJSON(p), micros(l.now().Add(hold)), id, l.holder)
	})
}

// held runs a statement on a row that this process must still have.
func (l *ledger) held(ctx context.Context, tx *sql.Tx, id, statement string, args ...any) error {
	result, err := tx.ExecContext(ctx, statement, args...)
	if err != nil {
		return fmt.Errorf("note how far the export %s has come: %w", id, err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(errLost, err)
	}
	return nil
}

// leave writes the end of a run and gives the row up. One that goes on is due at
// r.RetryAt, or at no time by itself; one that has ended leaves the outbox.
func (l *ledger) leave(ctx context.Context, e entry, more func(context.Context, *sql.Tx) error) error {
	return l.store.Update(ctx, func(tx *sql.Tx) error {
		err := l.held(ctx, tx, e.receipt.ID, `UPDATE outbox SET progress = ?, tries = ?, due = ?, holder = '', held_until = 0 WHERE receipt_id = ? AND holder = ?`,
			asJSON(e.progress), e.tries, micros(e.receipt.RetryAt), e.receipt.ID, l.holder)
		if err != nil {
			return err
		}
		r := e.receipt
		if r.State == draft.ReceiptSent || r.State == draft.ReceiptFailed {
			r.RetryAt = time.Time{}
			if _, err := tx.ExecContext(ctx, `DELETE FROM outbox WHERE receipt_id = ?`, r.ID); err != nil {
				return fmt.Errorf("take the export %s out of the outbox: %w", r.ID, err)
			}
		}
		if err := lifecycle.UpdateReceipt(ctx, tx, r); err != nil || more == nil {
			return err
		}
		return more(ctx, tx)
	})
}

// claimed reads an export that this process has claimed. Where the end comes before it is read it
// is given up, so that others need not wait until its time is over.
func (l *ledger) claimed(ctx context.Context, id string) (entry, error) {
	e, err := l.load(ctx, id)
	if err == nil || ctx.Err() == nil {
		return e, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recording)
	defer cancel()
	return e, errors.Join(err, l.store.UpdateApart(ctx, func(tx *sql.Tx) error {
		return l.held(ctx, tx, id, `UPDATE outbox SET holder = '', held_until = 0 WHERE receipt_id = ? AND holder = ?`, id, l.holder)
	}))
}

// load reads one export on its way. It fails with ErrNoReceipt when there is none.
func (l *ledger) load(ctx context.Context, id string) (entry, error) {
	e, err := l.row(ctx, id)
	if err != nil {
		return e, err
	}
	if e.receipt, err = l.receipt(ctx, id); err != nil {
		return e, err
	}
	type file struct {
		n    int
		data []byte
	}
	files, err := store.Collect(ctx, l.store, `SELECT n, data FROM outbox_files WHERE receipt_id = ? ORDER BY n`, []any{id}, func(row func(...any) error) (f file, err error) {
		err = row(&f.n, &f.data)
		return f, err
	})
	if err != nil {
		return e, fmt.Errorf("read the files of the export %s: %w", id, err)
	}
	for _, f := range files {
		if f.n < len(e.parcel.Files) {
			e.parcel.Files[f.n].Data = f.data
		}
	}
	return e, nil
}

func (l *ledger) row(ctx context.Context, id string) (entry, error) {
	e, found, err := store.First(ctx, l.store, `SELECT parcel, progress, tries FROM outbox WHERE receipt_id = ?`, []any{id}, scanEntry)
	switch {
	case err != nil:
		return entry{}, fmt.Errorf("read the export %s: %w", id, err)
	case !found:
		return entry{}, fmt.Errorf("receipt %q: %w", id, ErrNoReceipt)
	}
	return e, nil
}

func scanEntry(row func(...any) error) (e entry, err error) {
	var parcel, progress []byte
	if err := row(&parcel, &progress, &e.tries); err != nil {
		return entry{}, err
	}
	err = errors.Join(json.Unmarshal(parcel, &e.parcel), json.Unmarshal(progress, &e.progress))
	return e, err
}

// receipt reads one receipt.
func (l *ledger) receipt(ctx context.Context, id string) (draft.Receipt, error) {
	list, err := l.receipts(ctx, `WHERE id = ?`, id)
	if err != nil {
		return draft.Receipt{}, err
	}
	if len(list) == 0 {
		return draft.Receipt{}, fmt.Errorf("receipt %q: %w", id, ErrNoReceipt)
	}
	return list[0], nil
}

// receipts reads those for which the rest of the query holds.
func (l *ledger) receipts(ctx context.Context, rest string, args ...any) ([]draft.Receipt, error) {
	return lifecycle.Receipts(ctx, l.store, rest, args...)
}

// next returns when something goes on by itself, zero when nothing will.
func (l *ledger) next(ctx context.Context) (time.Time, error) {
	at, _, err := store.First(ctx, l.store, `SELECT coalesce(min(max(due, held_until)), 0) FROM outbox WHERE due > 0`, nil, store.Value[int64])
	if err != nil {
		return time.Time{}, fmt.Errorf("look for what is due: %w", err)
	}
	if at == 0 {
		return time.Time{}, nil
	}
	return time.UnixMicro(at), nil
}
