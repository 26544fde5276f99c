package lifecycle

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"flagrante/capture/store"
	"flagrante/draft"
)

// refreshAtOnce bounds how many drafts are concluded where somebody waits for all.
const refreshAtOnce = 1_000_000

// grownAtOnce bounds how many drafts are concluded before a list is read because their
// evidence grew. The others follow in the background.
const grownAtOnce = 300

// outdatedAtOnce bounds how many of them did not grow, but were concluded with other
// settings: of those on a page each is composed anew in any case.
const outdatedAtOnce = 50

// projected are the columns that repeat what was concluded, in the order of values.
const projected = `hidden, title, severity, severity_rank, environment, category, side, host, endpoint, method, status, vendor_code, kind, scope, country,
	count, first_seen, last_seen, missing, portals, missing_count, complete, open_since, settings`

// values are what a draft has in the columns.
func (b *Book) values(d draft.Draft) []any {
	g := d.Evidence.Group
	missing, portals := []string{}, []string{}
	for _, item := range d.Checklist {
		if item.State == draft.Missing {
			missing = append(missing, item.Item)
		}
	}
	for _, r := range d.Receipts {
		if r.State == draft.ReceiptSent && !slices.Contains(portals, r.Portal) {
			portals = append(portals, r.Portal)
		}
	}
	country := ""
	if d.Evidence.Last != nil {
		country = d.Evidence.Last.Origin.Country
	}
	return []any{
		d.State == draft.StateMerged, d.Title, string(d.Severity.Value), rank(d.Severity.Value), string(d.Environment.Value), d.Category, string(d.Side.Value),
		g.Host, g.Endpoint, g.Method, int64(g.Status), g.VendorCode, string(g.Kind), scope(d), country,
		g.Count, micros(g.FirstSeen), micros(g.LastSeen), list(missing), list(portals), int64(len(missing)), d.Complete, openSince(d.Evidence.Figures), b.digest,
	}
}

// openSince is the time in microseconds after which a success changes what is concluded,
// 0 where none does.
func openSince(n draft.Figures) int64 {
	if !n.Known || !n.GoodAfter.IsZero() {
		return 0
	}
	return micros(n.End)
}

func scope(d draft.Draft) string {
	switch {
	case d.Manual != nil:
		return "manual"
	case d.Evidence.Group.Host != "" && d.Evidence.Group.Method == "":
		return "host"
	}
	return "endpoint"
}

func rank(s draft.Severity) int64 {
	return int64(slices.Index([]draft.Severity{draft.Low, draft.Medium, draft.High, draft.Critical}, s))
}

func list(names []string) string {
	data, err := json.Marshal(names)
	if err != nil {
		return "[]"
	}
	return string(data)
}

// insert makes the row of a draft where there is none.
func insert(ctx context.Context, tx *sql.Tx, id, fingerprint string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO drafts (id, fingerprint, state, title, severity, severity_rank, environment, category, side, host, endpoint, method, status,
		vendor_code, kind, scope, country, count, first_seen, last_seen, missing, tags, portals, missing_count, complete, settings)
		VALUES (?, ?, ?, '', 'low', 0, 'staging', '', '', '', '', '', 0, '', '', 'endpoint', '', 0, 0, 0, '[]', '[]', '[]', 0, 0, '')
		ON CONFLICT (id) DO NOTHING`, id, fingerprint, draft.StateNew)
	if err != nil {
		return fmt.Errorf("make the row of draft %s: %w", id, err)
	}
	return nil
}

// project brings the row of a draft up to date with what was concluded, and notes
// the state that follows from it. Nothing is written where nothing changed.
func (b *Book) project(ctx context.Context, d draft.Draft, r row, from made) error {
	values := b.values(d)
	same, err := b.upToDate(ctx, d, r, from, values)
	if err != nil || same && d.State == r.state() {
		return err
	}
	// What was concluded is shown all the same where it can't be noted now.
	if _, hindered := b.store.Trouble(); hindered {
		return nil
	}
	err = b.store.Update(ctx, func(tx *sql.Tx) error {
		if err := insert(ctx, tx, d.ID, d.Fingerprint); err != nil {
			return err
		}
		set := strings.ReplaceAll(projected, ",", " = ?,") + " = ?"
		if _, err := tx.ExecContext(ctx, `UPDATE drafts SET `+set+` WHERE id = ?`, append(values, d.ID)...); err != nil {
			return fmt.Errorf("store what draft %s is: %w", d.ID, err)
		}
		if err := errors.Join(b.keep(ctx, tx, d, r, from), again(ctx, tx, d.ID)); err != nil {
			return err
		}
		t := &turn{tx: tx, actor: System, action: "evidence", at: d.Evidence.Group.LastSeen}
		return t.change(ctx, d.ID, 0, func(r *record) error {
			r.settle(d.Evidence.Group.LastSeen, d.Receipts)
			return nil
		})
	})
	if store.Hindered(err) {
		return nil
	}
	return err
}

// again has a draft concluded once more where a success came while it was concluded.
func again(ctx context.Context, tx *sql.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO stale SELECT fingerprint, 1 FROM drafts d WHERE id = ? AND open_since > 0 AND EXISTS (SELECT 1 FROM minutes m
			WHERE m.endpoint IN (SELECT d.endpoint UNION ALL SELECT g.endpoint FROM groups g WHERE g.parent = d.fingerprint)
				AND m.start > d.open_since - 60000000 AND m.start < d.open_since + 86400000000 AND m.last_good > d.open_since)
		ON CONFLICT (fingerprint) DO UPDATE SET n = n + 1`, id)
	if err != nil {
		return fmt.Errorf("look for successes after the failures of draft %s: %w", id, err)
	}
	return nil
}

// upToDate reports that the row has these values, and that what lists show is of the
// same making.
func (b *Book) upToDate(ctx context.Context, d draft.Draft, r row, from made, values []any) (bool, error) {
	same := func(columns string) string { return strings.ReplaceAll(columns, ",", " IS ? AND") + " IS ?" }
	query, args := `SELECT 1 FROM drafts WHERE id = ? AND `+same(projected), append([]any{d.ID}, values...)
	if from.alone {
		query += ` AND EXISTS (SELECT 1 FROM composed c WHERE c.draft_id = drafts.id AND c.lang = ? AND ` + same("c."+strings.ReplaceAll(composedKey, ", ", ", c.")) + `)`
		args = append(append(args, string(b.settings.Lang)), b.key(d, r, from)...)
	}
	found, err := b.store.Query(ctx, query, args...)
	if err != nil {
		return false, fmt.Errorf("read what draft %s was: %w", d.ID, err)
	}
	defer found.Close()
	return found.Next(), found.Err()
}

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
		if err := b.watched(numbers, g.fingerprint); err != nil {
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
		_, err := tx.ExecContext(ctx, `UPDATE drafts SET settings = ?1 WHERE id IN (SELECT value FROM json_each(?2)) AND settings <> ?1`, b.digest, list(ids))
		return err
	})
}

// stale names a group, and how often it had changed when it was looked at.
type stale struct {
	fingerprint string
	n           int64
}

func (b *Book) staleGroups(ctx context.Context, limit int) (all []stale, err error) {
	found, err := b.store.Query(ctx, `SELECT fingerprint, n FROM stale LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("look for drafts whose evidence grew: %w", err)
	}
	defer found.Close()
	for found.Next() {
		var s stale
		if err := found.Scan(&s.fingerprint, &s.n); err != nil {
			return nil, fmt.Errorf("look for drafts whose evidence grew: %w", err)
		}
		all = append(all, s)
	}
	return all, found.Err()
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

// watched tells of it.
func (b *Book) watched(ctx context.Context, fingerprint string) error {
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
	found, err := b.store.Query(ctx, `SELECT id FROM drafts WHERE hidden = 0 AND settings < ?1
		UNION ALL SELECT id FROM drafts WHERE hidden = 0 AND settings > ?1 LIMIT ?2`, b.digest, limit)
	if err != nil {
		return nil, fmt.Errorf("look for drafts that are out of date: %w", err)
	}
	defer found.Close()
	for found.Next() {
		var id string
		if err := found.Scan(&id); err != nil {
			return nil, fmt.Errorf("look for drafts that are out of date: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, found.Err()
}
