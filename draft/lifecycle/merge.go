package lifecycle

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"flagrante/draft"
)

// Merge makes drafts part of another one. Their failures count there, their IDs
// open it, and what was decided of them is kept for when they leave it again.
func (b *Book) Merge(ctx context.Context, into string, c draft.Change, ids ...string) (draft.Draft, error) {
	target, err := b.Draft(ctx, into)
	if err != nil {
		return draft.Draft{}, err
	}
	if len(ids) == 0 {
		return draft.Draft{}, draft.Refuse("merge_none", "into", target.ID)
	}
	for _, id := range ids {
		part, err := b.Draft(ctx, id)
		if err != nil {
			return draft.Draft{}, err
		}
		if err := mergeable(target, part); err != nil {
			return draft.Draft{}, err
		}
	}
	err = b.store.Update(ctx, func(tx *sql.Tx) error { return b.merge(ctx, b.turn(tx, c, "merge"), target.ID, c.Version, ids) })
	if err != nil {
		return draft.Draft{}, err
	}
	return b.Draft(ctx, target.ID)
}

func mergeable(target, part draft.Draft) error {
	switch {
	case part.ID == target.ID:
		return draft.Refuse("merge_self", "id", part.ID)
	case part.Manual != nil || target.Manual != nil:
		return draft.Refuse("merge_manual")
	case part.Environment.Value != target.Environment.Value:
		return draft.Refuse("merge_environments")
	case slices.ContainsFunc(part.Receipts, func(r draft.Receipt) bool { return r.State != draft.ReceiptFailed }):
		return draft.Refuse("merge_sent", "id", part.ID)
	}
	return nil
}

func (b *Book) merge(ctx context.Context, t *turn, target string, version int64, ids []string) error {
	to, err := one(ctx, t.tx, target)
	if err != nil {
		return err
	}
	if version != 0 && version != to.seen() {
		return &draft.VersionError{Want: version, Have: to.seen()}
	}
	for _, id := range ids {
		if err := t.change(ctx, id, 0, func(r *record) error { return r.join(target) }); err != nil {
			return err
		}
		// What was merged into the draft comes along.
		nested, err := rows(ctx, t.tx, `merged_into = ?`, id)
		if err != nil {
			return err
		}
		for _, n := range nested {
			if err := t.change(ctx, n.id, 0, func(r *record) error { return r.join(target) }); err != nil {
				return err
			}
		}
	}
	// A roll-up must not take the target away from them.
	return t.change(ctx, target, 0, func(r *record) error { r.Apart = true; return nil })
}

func (r *record) join(target string) error {
	if r.State != draft.StateMerged {
		r.Resume = r.state()
	}
	r.State, r.MergedInto = draft.StateMerged, target
	return nil
}

// Split takes a part out of a draft: one that was merged into it, or the group of
// an endpoint that the roll-up of its host had made part of it. It returns the
// draft that left.
func (b *Book) Split(ctx context.Context, id string, c draft.Change, part string) (draft.Draft, error) {
	d, err := b.Draft(ctx, id)
	if err != nil {
		return draft.Draft{}, err
	}
	if slices.Contains(d.Merged, part) {
		return b.unmerge(ctx, c, part)
	}
	g, err := b.group(ctx, part)
	if err != nil {
		return draft.Draft{}, err
	}
	if g.Parent == "" || ID(g.Parent) != d.ID {
		return draft.Draft{}, draft.Refuse("no_part", "id", part, "of", d.ID)
	}
	if _, err := b.draft(ctx, g); err != nil {
		return draft.Draft{}, err
	}
	err = b.store.Update(ctx, func(tx *sql.Tx) error {
		return b.turn(tx, c, "split").change(ctx, part, 0, func(r *record) error { r.Apart = true; return nil })
	})
	if err == nil {
		err = b.rollUp(ctx, g.Host)
	}
	if err != nil {
		return draft.Draft{}, err
	}
	return b.Draft(ctx, part)
}

func (b *Book) unmerge(ctx context.Context, c draft.Change, part string) (draft.Draft, error) {
	err := b.store.Update(ctx, func(tx *sql.Tx) error {
		return b.turn(tx, c, "split").change(ctx, part, 0, func(r *record) error {
			r.State, r.Resume, r.MergedInto, r.Apart = r.Resume, "", "", true
			if r.State == draft.StateSnoozed && r.SnoozedUntil.IsZero() {
				r.State = draft.StateNew
			}
			return nil
		})
	})
	if err != nil {
		return draft.Draft{}, err
	}
	return b.Draft(ctx, part)
}

// target follows an ID to the draft that it opens today: through regrouping,
// through merging, and from a part of a host's group to the whole.
func (b *Book) target(ctx context.Context, id string) (string, error) {
	for range maxHops {
		r, err := known(ctx, reader{b}, id)
		if err != nil {
			return "", err
		}
		if r.MergedInto != "" {
			id = r.MergedInto
			continue
		}
		g, err := b.group(ctx, id)
		switch {
		case err == nil && g.Parent != "":
			id = ID(g.Parent)
			continue
		case err == nil:
			return id, nil
		case !errors.Is(err, ErrNotFound):
			return "", err
		}
		now, err := b.alias(ctx, id)
		switch {
		case err == nil:
			id = now
		case errors.Is(err, ErrNotFound) && r.fingerprint != "":
			return id, nil
		case errors.Is(err, ErrNotFound):
			return "", fmt.Errorf("draft %q: %w", id, ErrNotFound)
		default:
			return "", err
		}
	}
	return "", fmt.Errorf("draft %q: %w", id, ErrNotFound)
}

// maxHops bounds how far an ID is followed.
const maxHops = 32
