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
		g.Count, micros(g.FirstSeen), micros(g.LastSeen), list(missing), list(portals), int64(len(missing)), d.Complete, openSince(d.Evidence.Figures), b.digest(),
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
				AND m.start > d.open_since - 60000000 AND m.start < d.open_since + 2592000000000 AND m.last_good > d.open_since)
		ON CONFLICT (fingerprint) DO UPDATE SET n = stale.n + 1`, id)
	if err != nil {
		return fmt.Errorf("look for successes after the failures of draft %s: %w", id, err)
	}
	return nil
}

// upToDate reports that the row has these values, and that what lists show is of the
// same making.
func (b *Book) upToDate(ctx context.Context, d draft.Draft, r row, from made, values []any) (bool, error) {
	same := func(columns string) string {
		return strings.ReplaceAll(columns, ",", " IS NOT DISTINCT FROM ? AND") + " IS NOT DISTINCT FROM ?"
	}
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
