package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Limits are how much the store keeps. Zero is no limit.
type Limits struct {
	// Before is the time before which failures go.
	Before time.Time
	// Failures is the largest number of failures.
	Failures int64
	// Bytes is the largest size of what is in the file. Of a shared database whole months
	// go, the oldest first, and never the youngest: what is deleted by the row does not
	// make its tables smaller.
	Bytes int64
}

// Pruned is what a prune took away, or would take.
type Pruned struct {
	// Failures is the number of failures.
	Failures int64 `json:"failures"`
	// Kept is the number of failures that the limits name, and that stay because
	// they are pinned, or because a sent draft shows them.
	Kept int64 `json:"kept"`
	// Freed is the number of bytes that the file is smaller by, 0 for a shared database.
	Freed int64 `json:"freed"`
}

// pruneStep is how many failures go in one transaction.
const pruneStep = 100

// Prune takes the oldest failures away until the limits hold. It works in small
// steps, between which others write, and tells progress after each. With dry it only
// counts, and looks at age and number alone.
func (s *Store) Prune(ctx context.Context, l Limits, dry bool, progress func(Pruned)) (p Pruned, err error) {
	kept, err := s.sent(ctx)
	if err != nil {
		return Pruned{}, fmt.Errorf("look for drafts that were sent: %w", err)
	}
	r := &pruning{Store: s, limits: l, dry: dry, kept: kept, progress: progress}
	if s.Central() && !dry {
		if err := r.dropMonths(ctx); err != nil {
			return r.done, fmt.Errorf("prune: %w", err)
		}
	}
	if err := r.run(ctx); err != nil {
		return r.done, fmt.Errorf("prune: %w", err)
	}
	if dry {
		return r.done, nil
	}
	if err := errors.Join(s.forgetTraffic(ctx, l.Before), s.forgetSorts(ctx)); err != nil {
		return r.done, fmt.Errorf("prune: %w", err)
	}
	r.done.Freed, err = s.giveBack(ctx)
	return r.done, err
}

// pruning is one run over the failures, the oldest first.
type pruning struct {
	*Store
	limits   Limits
	dry      bool
	kept     map[string]bool
	progress func(Pruned)
	done     Pruned
}

// place is where the run is.
type place struct {
	time int64
	id   string
}

func (r *pruning) run(ctx context.Context) error {
	excess, err := r.excess(ctx)
	if err != nil {
		return err
	}
	for at := (place{time: -1 << 62}); ; {
		old, last, err := r.next(ctx, at)
		if err != nil || len(old) == 0 {
			return err
		}
		large, err := r.large(ctx)
		if err != nil {
			return err
		}
		leaving, enough := r.choose(old, large, excess-r.done.Failures)
		if err := r.take(ctx, leaving); err != nil || enough {
			return err
		}
		at = last
	}
}

// choose returns the IDs of the failures that have to go, and whether no younger one
// has to.
func (r *pruning) choose(old []aged, large bool, excess int64) (leaving []string, enough bool) {
	for _, f := range old {
		switch {
		case f.time >= micros(r.limits.Before) && excess <= int64(len(leaving)) && !large:
			return leaving, true
		case f.stays:
			r.done.Kept++
		default:
			leaving = append(leaving, f.id)
		}
	}
	return leaving, false
}

// excess is how many failures there are over the limit.
func (r *pruning) excess(ctx context.Context) (n int64, err error) {
	if r.limits.Failures <= 0 {
		return 0, nil
	}
	n, err = r.Count(ctx)
	return n - r.limits.Failures, err
}

// Count returns the number of failures, which nobody has to count.
func (s *Store) Count(ctx context.Context) (n int64, err error) {
	if err = s.db().Read.QueryRowContext(ctx, `SELECT n FROM totals WHERE name = 'failures'`).Scan(&n); err != nil {
		return 0, fmt.Errorf("look at the number of failures: %w", err)
	}
	return n, nil
}

// large reports whether the file holds more than it may.
func (r *pruning) large(ctx context.Context) (bool, error) {
	if r.limits.Bytes <= 0 || r.dry || r.Central() {
		return false, nil
	}
	size, err := r.size(ctx)
	if err != nil || size <= r.limits.Bytes {
		return false, err
	}
	// The index of words still holds what is gone.
	for left := true; left; {
		if renewed, err := r.renewPart(ctx); err != nil || !renewed {
			return err == nil, err
		}
		for left = true; left; {
			if left, err = r.Index(ctx, pruneStep); err != nil {
				return false, err
			}
		}
		size, err = r.size(ctx)
		left = size > r.limits.Bytes
	}
	return size > r.limits.Bytes, err
}

// Size is the number of bytes in use, of a shared database by its tables.
func (s *Store) Size(ctx context.Context) (int64, error) {
	n, err := s.size(ctx)
	if err != nil {
		return 0, fmt.Errorf("measure the database: %w", err)
	}
	return n, nil
}

// size is the number of bytes in use.
func (s *Store) size(ctx context.Context) (n int64, err error) {
	if s.Central() {
		return s.centralSize(ctx)
	}
	err = s.db().Read.QueryRowContext(ctx, `SELECT (p.page_count - f.freelist_count) * z.page_size FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size z`).Scan(&n)
	return n, err
}

// aged is a failure as pruning sees it.
type aged struct {
	place
	stays bool
}

// next returns some failures after a place, oldest first, and the last place.
func (r *pruning) next(ctx context.Context, at place) (old []aged, last place, err error) {
	old, err = Collect(ctx, r.Store, `SELECT time, id, pinned, fingerprint FROM failures WHERE (time, id) > (?, ?) ORDER BY time, id LIMIT ?`,
		[]any{at.time, at.id, pruneStep}, func(row func(...any) error) (f aged, err error) {
			var fingerprint string
			err = row(&f.time, &f.id, &f.stays, &fingerprint)
			f.stays = f.stays || r.kept[f.id]
			return f, err
		})
	if len(old) > 0 {
		last = old[len(old)-1].place
	}
	return old, last, err
}

// take deletes failures.
func (r *pruning) take(ctx context.Context, ids []string) error {
	if len(ids) > 0 && !r.dry {
		list, err := json.Marshal(ids)
		if err != nil {
			return err
		}
		err = r.Update(ctx, func(tx *sql.Tx) error {
			_, err := deleteFailures(ctx, tx, `id IN (SELECT value FROM json_each(?))`, string(list), r.kept)
			return err
		})
		if err != nil {
			return err
		}
	}
	r.done.Failures += int64(len(ids))
	if r.progress != nil {
		r.progress(r.done)
	}
	return ctx.Err()
}

// sent returns the groups whose drafts were sent, or may have been, and the failures
// that those show: the first and the last of each, by ID.
func (s *Store) sent(ctx context.Context) (map[string]bool, error) {
	kept := map[string]bool{}
	_, err := Collect(ctx, s, `SELECT fingerprint, first_id, last_id FROM groups WHERE EXISTS (SELECT 1 FROM receipts r WHERE r.state <> 'failed'
		AND r.draft_id IN ('d-' || substr(fingerprint, instr(fingerprint, '-') + 1, 10), 'd-' || substr(parent, instr(parent, '-') + 1, 10),
			(SELECT merged_into FROM drafts d WHERE d.fingerprint = groups.fingerprint)))`, nil,
		func(row func(...any) error) (none struct{}, err error) {
			var fingerprint, first, last string
			err = row(&fingerprint, &first, &last)
			kept[fingerprint], kept[first], kept[last] = true, true, true
			return none, err
		})
	return kept, err
}

// forgetTraffic takes the numbers of the traffic before a time away.
func (s *Store) forgetTraffic(ctx context.Context, before time.Time) error {
	if before.IsZero() {
		return nil
	}
	for _, statement := range []string{
		`DELETE FROM counted WHERE call IN (SELECT call FROM counted WHERE minute < ?1 LIMIT 1000)`,
		`DELETE FROM good WHERE time < ?1`,
	} {
		if err := s.repeat(ctx, statement, before.UnixMicro()); err != nil {
			return err
		}
	}
	// The key of minutes begins with the endpoint.
	for at := ""; ; {
		err := s.db().Read.QueryRowContext(ctx, `SELECT endpoint FROM minutes WHERE endpoint > ? ORDER BY endpoint LIMIT 1`, at).Scan(&at)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		var old bool
		if err := s.db().Read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM minutes WHERE endpoint = ? AND start < ?)`, at, before.UnixMicro()).Scan(&old); err != nil {
			return err
		}
		if !old {
			continue
		}
		if err := s.repeat(ctx, `DELETE FROM minutes WHERE endpoint = ?2 AND start IN (SELECT start FROM minutes WHERE endpoint = ?2 AND start < ?1 LIMIT 1000)`, before.UnixMicro(), at); err != nil {
			return err
		}
	}
}

// repeat runs a statement, each time in a transaction of its own, until it changes
// nothing.
func (s *Store) repeat(ctx context.Context, statement string, args ...any) error {
	for changed := int64(1); changed > 0; {
		err := s.Update(ctx, func(tx *sql.Tx) error {
			result, err := tx.ExecContext(ctx, statement, args...)
			if err != nil {
				return err
			}
			changed, err = result.RowsAffected()
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
