package lifecycle

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"flagrante/draft"
)

// System is the actor of what follows from evidence and receipts.
const System = "flagrante"

// change changes what was decided of one draft, in a transaction of its own, and
// returns the draft as it is then.
func (b *Book) change(ctx context.Context, id string, c draft.Change, action string, f func(*record) error) (draft.Draft, error) {
	d, err := b.Draft(ctx, id)
	if err != nil {
		return draft.Draft{}, err
	}
	err = b.store.Update(ctx, func(tx *sql.Tx) error {
		t := b.turn(tx, c, action)
		return t.change(ctx, d.ID, c.Version, f)
	})
	if err != nil {
		return draft.Draft{}, err
	}
	return b.Draft(ctx, d.ID)
}

// turn is all that is changed at once.
type turn struct {
	tx     *sql.Tx
	actor  string
	action string
	at     time.Time
	// n is the number of the change, 0 until something changed.
	n int64
}

func (b *Book) turn(tx *sql.Tx, c draft.Change, action string) *turn {
	return &turn{tx: tx, actor: cmp.Or(c.Actor, "?"), action: action, at: c.At}
}

// change changes one draft. What did not change is not noted.
func (t *turn) change(ctx context.Context, id string, version int64, f func(*record) error) error {
	r, err := one(ctx, t.tx, id)
	if err != nil {
		return err
	}
	if version != 0 && version != r.seen() {
		return &draft.VersionError{Want: version, Have: r.seen()}
	}
	before, err := r.parts()
	if err != nil {
		return err
	}
	if err := f(&r.record); err != nil {
		return err
	}
	after, err := r.parts()
	if err != nil {
		return err
	}
	noted, err := t.note(ctx, id, before, after)
	if err != nil || !noted {
		return err
	}
	return t.save(ctx, r)
}

// note enters the parts that differ into the history.
func (t *turn) note(ctx context.Context, id string, before, after parts) (noted bool, err error) {
	keys := slices.Sorted(maps.Keys(after))
	for key := range before {
		if _, kept := after[key]; !kept {
			keys = append(keys, key)
		}
	}
	for _, key := range keys {
		if before[key] == after[key] {
			continue
		}
		if err := t.begin(ctx); err != nil {
			return noted, err
		}
		noted = true
		_, err := t.tx.ExecContext(ctx, `INSERT INTO draft_history (change, draft_id, field, was, became) VALUES (?, ?, ?, ?, ?)`,
			t.n, id, key, null(before[key]), null(after[key]))
		if err != nil {
			return noted, fmt.Errorf("note the change of draft %s: %w", id, err)
		}
	}
	return noted, nil
}

func null(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// begin enters the change itself, once.
func (t *turn) begin(ctx context.Context) error {
	if t.n != 0 {
		return nil
	}
	err := t.tx.QueryRowContext(ctx, `INSERT INTO draft_changes (time, actor, action) VALUES (?, ?, ?) RETURNING n`, t.at.UnixMicro(), t.actor, t.action).Scan(&t.n)
	if err != nil {
		return fmt.Errorf("note a change: %w", err)
	}
	return nil
}

// save stores what was decided. Only people and portals make a new version.
func (t *turn) save(ctx context.Context, r row) error {
	decided, err := json.Marshal(r.record)
	if err != nil {
		return fmt.Errorf("store what was decided of draft %s: %w", r.id, err)
	}
	if t.actor != System {
		r.version++
		r.changed = t.at
	}
	tags, err := json.Marshal(append([]string{}, r.Tags...))
	if err != nil {
		return fmt.Errorf("store the tags of draft %s: %w", r.id, err)
	}
	_, err = t.tx.ExecContext(ctx, `UPDATE drafts SET decided = ?, version = ?, changed = ?, state = ?, snoozed_until = ?, merged_into = ?, hidden = ?, tags = ? WHERE id = ?`,
		string(decided), r.version, micros(r.changed), r.state(), micros(r.SnoozedUntil), null(r.MergedInto), r.MergedInto != "", string(tags), r.id)
	if err != nil {
		return fmt.Errorf("store what was decided of draft %s: %w", r.id, err)
	}
	return nil
}
