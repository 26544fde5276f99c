package lifecycle

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"flagrante/capture/store"
)

// Refresh brings the rows of drafts up to date with their evidence, at most so many,
// and reports whether some are left. Lists call it, and it may run beside the traffic.
func (b *Book) Refresh(ctx context.Context, limit int) (left bool, err error) {
	return b.refreshTo(ctx, limit, limit)
}

// refreshTo is Refresh, of which at most so many others are of drafts whose evidence did
// not grow.
func (b *Book) refreshTo(ctx context.Context, limit, others int) (left bool, err error) {
	if err := b.wake(ctx); err != nil {
		return false, err
	}
	grown, err := b.staleGroups(ctx, limit)
	if err != nil {
		return false, err
	}
	// The driver watches a context that can end from another goroutine, for each
	// statement. It is asked for between drafts instead.
	numbers := store.Once(context.WithoutCancel(ctx))
	for _, g := range grown {
		if err := ctx.Err(); err != nil {
			return true, err
		}
		if err := b.refreshWatched(numbers, g.fingerprint); err != nil {
			return true, err
		}
	}
	if err := b.fresh(ctx, grown); err != nil {
		return true, err
	}
	if len(grown) == limit {
		return true, nil
	}
	others = min(others, limit-len(grown))
	outdated, err := b.outdated(ctx, others)
	if err != nil {
		return true, err
	}
	for _, id := range outdated {
		if err := ctx.Err(); err != nil {
			return true, err
		}
		if _, err := b.Draft(numbers, id); err != nil && !errors.Is(err, ErrNotFound) {
			return true, err
		}
	}
	return len(outdated) == others, b.renewed(ctx, outdated)
}

// renewed notes that drafts were looked at with these settings, so that those which
// became part of others are not looked at again.
func (b *Book) renewed(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return b.store.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE drafts SET settings = ?1 WHERE id IN (SELECT value FROM json_each(?2)) AND settings <> ?1`, b.digest(), list(ids))
		return err
	})
}

// stale names a group, and how often it had changed when it was looked at.
type stale struct {
	fingerprint string
	n           int64
}

func (b *Book) staleGroups(ctx context.Context, limit int) (all []stale, err error) {
	all, err = store.Collect(ctx, b.store, `SELECT fingerprint, n FROM stale LIMIT ?`, []any{limit}, func(row func(...any) error) (s stale, err error) {
		err = row(&s.fingerprint, &s.n)
		return s, err
	})
	if err != nil {
		return nil, fmt.Errorf("look for drafts whose evidence grew: %w", err)
	}
	return all, nil
}

// fresh forgets the groups that did not change again while they were looked at.
func (b *Book) fresh(ctx context.Context, all []stale) error {
	if len(all) == 0 {
		return nil
	}
	return b.store.Update(ctx, func(tx *sql.Tx) error {
		for _, s := range all {
			if _, err := tx.ExecContext(ctx, `DELETE FROM stale WHERE fingerprint = ? AND n = ?`, s.fingerprint, s.n); err != nil {
				return fmt.Errorf("note that drafts are up to date: %w", err)
			}
		}
		return nil
	})
}

// refreshWatched is refresh, of which whoever watches is told.
func (b *Book) refreshWatched(ctx context.Context, fingerprint string) error {
	if b.watch == nil {
		return b.refresh(ctx, fingerprint)
	}
	begun := b.now()
	err := b.refresh(ctx, fingerprint)
	b.watch(ID(fingerprint), begun, err)
	return err
}

// refresh brings the draft of one group up to date.
func (b *Book) refresh(ctx context.Context, fingerprint string) error {
	id := ID(fingerprint)
	g, err := b.store.Group(ctx, fingerprint)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return b.without(ctx, id)
	case err != nil:
		return err
	case g.Parent != "":
		return b.setHidden(ctx, id)
	}
	_, err = b.Draft(ctx, id)
	return err
}

// setHidden leaves the draft of a group that is part of a host's out of lists.
func (b *Book) setHidden(ctx context.Context, id string) error {
	return b.store.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE drafts SET hidden = 1 WHERE id = ? AND hidden = 0`, id)
		return err
	})
}

// without deals with a draft whose group is gone: what nobody decided anything of
// goes too, everything else stays as it was.
func (b *Book) without(ctx context.Context, id string) error {
	return b.store.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM drafts WHERE id = ?1 AND version = 0
			AND NOT EXISTS (SELECT 1 FROM receipts WHERE draft_id = ?1) AND NOT EXISTS (SELECT 1 FROM drafts WHERE merged_into = ?1)`, id)
		return err
	})
}

// outdated returns drafts that other settings concluded.
func (b *Book) outdated(ctx context.Context, limit int) (ids []string, err error) {
	ids, err = store.Collect(ctx, b.store, `SELECT id FROM drafts WHERE hidden = 0 AND settings < ?1
		UNION ALL SELECT id FROM drafts WHERE hidden = 0 AND settings > ?1 LIMIT ?2`, []any{b.digest(), limit}, store.Value[string])
	if err != nil {
		return nil, fmt.Errorf("look for drafts that are out of date: %w", err)
	}
	return ids, nil
}
