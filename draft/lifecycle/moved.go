package lifecycle

import (
	"context"
	"database/sql"
	"fmt"

	"flagrante/capture/store"
)

// Moved notes that failures were grouped anew: moves names new fingerprints by the
// old ones. Receipts follow, and old IDs open the new drafts. What people decided follows too, where nothing was
// decided of the new draft yet. Where two drafts that
// were sent became one, the later receipt stays with the old ID; Moved returns how
// many did.
func (b *Book) Moved(ctx context.Context, moves map[string]string) (left int, err error) {
	err = b.store.Update(ctx, func(tx *sql.Tx) error {
		for from, to := range moves {
			kept, err := move(ctx, tx, ID(from), ID(to))
			if err == nil {
				err = moveDecisions(ctx, tx, ID(from), ID(to), to)
			}
			if err != nil {
				return fmt.Errorf("move draft %s to %s: %w", ID(from), ID(to), err)
			}
			left += kept
		}
		return nil
	})
	return left, err
}

func move(ctx context.Context, tx *sql.Tx, from, to string) (left int, err error) {
	for _, statement := range []string{
		`UPDATE aliases SET new_id = ?2 WHERE new_id = ?1`,
		`INSERT INTO aliases (old_id, new_id) VALUES (?1, ?2) ON CONFLICT (old_id) DO UPDATE SET new_id = excluded.new_id`,
		`DELETE FROM aliases WHERE old_id = new_id AND new_id IN (?1, ?2)`,
		// A draft has one ticket at a portal, as the index receipts_once has it.
		`UPDATE receipts SET draft_id = ?2 WHERE draft_id = ?1 AND NOT (state IN ('sending', 'sent', 'unknown') AND EXISTS
			(SELECT 1 FROM receipts o WHERE o.draft_id = ?2 AND o.portal = receipts.portal AND o.state IN ('sending', 'sent', 'unknown')))`,
	} {
		if _, err := tx.ExecContext(ctx, statement, from, to); err != nil {
			return 0, err
		}
	}
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM receipts WHERE draft_id = ?`, from).Scan(&left)
	return left, err
}

// moveDecisions gives what was decided of one draft, and its history, to another of
// which nothing was decided.
func moveDecisions(ctx context.Context, tx *sql.Tx, from, to, fingerprint string) error {
	old, err := known(ctx, tx, from)
	if err != nil || old.version == 0 {
		return err
	}
	if err := insert(ctx, tx, to, fingerprint); err != nil {
		return err
	}
	now, err := one(ctx, tx, to)
	if err != nil || now.version != 0 {
		return err
	}
	for _, statement := range []string{
		`UPDATE drafts SET (decided, version, changed, state, snoozed_until, merged_into, tags) =
			(SELECT decided, version, changed, state, snoozed_until, merged_into, tags FROM drafts WHERE id = ?1) WHERE id = ?2`,
		`UPDATE drafts SET merged_into = ?2, decided = json_set(decided, '$.merged_into', ?2) WHERE merged_into = ?1`,
		`UPDATE draft_history SET draft_id = ?2 WHERE draft_id = ?1 AND NOT EXISTS
			(SELECT 1 FROM draft_history o WHERE o.draft_id = ?2 AND o.change = draft_history.change AND o.field = draft_history.field)`,
		`DELETE FROM drafts WHERE id = ?1 AND ?1 <> ?2`,
	} {
		if _, err := tx.ExecContext(ctx, statement, from, to); err != nil {
			return err
		}
	}
	return nil
}

// alias returns the ID under which a draft is found today.
func (b *Book) alias(ctx context.Context, id string) (string, error) {
	now, found, err := store.First(ctx, b.store, `SELECT new_id FROM aliases WHERE old_id = ?`, []any{id}, store.Value[string])
	if err == nil && !found {
		err = ErrNotFound
	}
	return now, err
}
