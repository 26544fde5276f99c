package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"flagrante/capture"
)

const insertFailure = `INSERT INTO failures (` + failureColumns + `)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`

const insertExchange = `INSERT INTO exchanges (failure_id, head, request_body, response_body, before, packed, request_content, response_content)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

// Which of the blobs of an exchange are packed.
const (
	packedRequest = 1 << iota
	packedResponse
	packedBefore
)

// Append stores b, all in one transaction. A failure whose ID is there already
// is passed over, so that what was imported twice counts once; minutes add up.
// It returns how many failures were new.
func (s *Store) Append(ctx context.Context, b capture.Batch) (stored int, err error) {
	err = s.Update(ctx, func(tx *sql.Tx) error {
		w := &writer{tx: tx, packer: s.packer, seen: s.seen, groups: map[string]*capture.Group{}, minutes: map[groupMinute]int64{}, contents: map[digest]int64{}, refs: map[int64]int{}}
		// The driver watches a context that can end from another goroutine, for each
		// statement. It is asked for between them instead.
		steps := context.WithoutCancel(ctx)
		for _, f := range b.Failures {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := w.failure(steps, f); err != nil {
				return fmt.Errorf("store failure %s: %w", f.ID, err)
			}
		}
		stored = w.stored
		return w.rest(steps, b)
	})
	if err != nil {
		return 0, err
	}
	return stored, nil
}

// writer stores one batch.
type writer struct {
	tx     *sql.Tx
	packer *packer
	seen   *seen
	stored int
	// groups are what the batch adds to the groups, by fingerprint.
	groups map[string]*capture.Group
	// minutes count the failures of the batch by group and minute.
	minutes map[groupMinute]int64
	// contents are rows of shared bodies, refs how often the batch uses each.
	contents map[digest]int64
	refs     map[int64]int
}

// rest stores what is not a failure itself.
func (w *writer) rest(ctx context.Context, b capture.Batch) error {
	if err := errors.Join(w.writeGroups(ctx), w.writeGroupMinutes(ctx), w.writeRefs(ctx)); err != nil {
		return err
	}
	for _, h := range b.Healed {
		if err := w.heal(ctx, h); err != nil {
			return fmt.Errorf("note that failure %s was made good: %w", h.FailureID, err)
		}
	}
	for _, m := range b.Traffic {
		if err := w.minute(ctx, m); err != nil {
			return fmt.Errorf("count the calls to an endpoint: %w", err)
		}
	}
	for _, g := range b.Good {
		if err := w.good(ctx, g); err != nil {
			return fmt.Errorf("store the last good call of an endpoint: %w", err)
		}
	}
	return nil
}

func (w *writer) failure(ctx context.Context, f *capture.Failure) error {
	result, err := w.tx.ExecContext(ctx, insertFailure, values(f)...)
	if err != nil {
		return err
	}
	rows, err := result.RowsAffected()
	if err != nil || rows == 0 {
		return err
	}
	if err := w.exchange(ctx, f); err != nil {
		return err
	}
	w.stored++
	if !f.Expected {
		w.count(f)
	}
	return nil
}

func (w *writer) exchange(ctx context.Context, f *capture.Failure) error {
	x := &f.Exchange
	var answered, before []byte
	if x.Response != nil {
		answered = x.Response.Body.Data
	}
	if len(f.Before) > 0 {
		var err error
		if before, err = json.Marshal(f.Before); err != nil {
			return err
		}
	}
	sent, sentErr := w.share(ctx, x.Request.Body.Data)
	got, gotErr := w.share(ctx, answered)
	if err := errors.Join(sentErr, gotErr); err != nil {
		return err
	}
	packed := 0
	pack := func(data []byte, content int64, flag int) []byte {
		if content != 0 {
			data = nil
		}
		stored, isPacked := w.packer.pack(data)
		if isPacked {
			packed |= flag
		}
		return stored
	}
	_, err := w.tx.ExecContext(ctx, insertExchange, f.ID, asJSON(headOf(x)),
		pack(x.Request.Body.Data, sent, packedRequest), pack(answered, got, packedResponse), pack(before, 0, packedBefore), packed, row(sent), row(got))
	return err
}

// row is NULL for no row.
func row(n int64) sql.NullInt64 { return sql.NullInt64{Int64: n, Valid: n != 0} }
