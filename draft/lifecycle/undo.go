package lifecycle

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"flagrante/draft"
)

// Undo takes back the last change that a person made to a draft, in all the drafts
// that it changed. What was changed once more since then is not overwritten.
func (b *Book) Undo(ctx context.Context, id string, c draft.Change) (draft.Draft, error) {
	d, err := b.Draft(ctx, id)
	if err != nil {
		return draft.Draft{}, err
	}
	var hosts []string
	err = b.store.Update(ctx, func(tx *sql.Tx) error {
		n, err := lastChange(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		hosts, err = b.undo(ctx, b.turn(tx, c, "undo"), d.ID, c.Version, n)
		return err
	})
	for _, host := range hosts {
		err = errors.Join(err, b.rollUp(ctx, host))
	}
	if err != nil {
		return draft.Draft{}, err
	}
	return b.Draft(ctx, id)
}

// lastChange finds what Undo takes back. A split is noted with the part that left,
// a merge with both sides.
func lastChange(ctx context.Context, tx *sql.Tx, id string) (n int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT c.n FROM draft_history h JOIN draft_changes c ON c.n = h.change
		WHERE (h.draft_id = ?1 OR h.draft_id IN (SELECT id FROM drafts WHERE merged_into = ?1)) AND c.undone = 0 AND c.actor <> ?2 AND c.action <> 'undo'
		ORDER BY c.n DESC LIMIT 1`, id, System).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, draft.Refuse("undo_nothing")
	}
	return n, err
}

// step is one line of the history as it is stored.
type step struct {
	id, field   string
	was, became sql.NullString
}

func (b *Book) undo(ctx context.Context, t *turn, id string, version, n int64) (hosts []string, err error) {
	steps, err := stepsOf(ctx, t.tx, n)
	if err != nil {
		return nil, err
	}
	for drafted, list := range steps {
		want := int64(0)
		if drafted == id {
			want = version
		}
		apart := false
		err := t.change(ctx, drafted, want, func(r *record) error {
			before := r.Apart
			err := r.back(list)
			apart = before != r.Apart
			return err
		})
		if err != nil {
			return nil, err
		}
		if apart {
			hosts = append(hosts, b.hostOf(ctx, drafted)...)
		}
	}
	_, err = t.tx.ExecContext(ctx, `UPDATE draft_changes SET undone = 1 WHERE n = ?`, n)
	return hosts, err
}

// hostOf returns the host whose roll-up has to be looked at again.
func (b *Book) hostOf(ctx context.Context, id string) []string {
	g, err := b.group(ctx, id)
	if err != nil {
		return nil
	}
	return []string{g.Host}
}

func stepsOf(ctx context.Context, tx *sql.Tx, n int64) (map[string][]step, error) {
	found, err := tx.QueryContext(ctx, `SELECT draft_id, field, was, became FROM draft_history WHERE change = ?`, n)
	if err != nil {
		return nil, fmt.Errorf("read the change %d: %w", n, err)
	}
	defer found.Close()
	steps := map[string][]step{}
	for found.Next() {
		var s step
		if err := found.Scan(&s.id, &s.field, &s.was, &s.became); err != nil {
			return nil, fmt.Errorf("read the change %d: %w", n, err)
		}
		steps[s.id] = append(steps[s.id], s)
	}
	return steps, found.Err()
}

// back takes steps back.
func (r *record) back(steps []step) error {
	now, err := r.parts()
	if err != nil {
		return err
	}
	for _, s := range steps {
		if now[s.field] != s.became.String {
			return draft.Refuse("undo_changed", "field", s.field)
		}
		delete(now, s.field)
		if s.was.Valid {
			now[s.field] = s.was.String
		}
	}
	*r, err = now.record()
	return err
}

// History returns what was changed of a draft, newest first.
func (b *Book) History(ctx context.Context, id string) ([]draft.Entry, error) {
	id, err := b.target(ctx, id)
	if err != nil {
		return nil, err
	}
	found, err := b.store.Query(ctx, `SELECT c.n, c.time, c.actor, c.action, c.undone, h.field, h.was, h.became
		FROM draft_history h JOIN draft_changes c ON c.n = h.change WHERE h.draft_id = ? ORDER BY c.n DESC, h.field LIMIT ?`, id, maxHistory)
	if err != nil {
		return nil, fmt.Errorf("read the history of draft %s: %w", id, err)
	}
	defer found.Close()
	entries := []draft.Entry{}
	for found.Next() {
		var e draft.Entry
		var at int64
		var was, became sql.NullString
		if err := found.Scan(&e.Change, &at, &e.Actor, &e.Action, &e.Undone, &e.Field, &was, &became); err != nil {
			return nil, fmt.Errorf("read the history of draft %s: %w", id, err)
		}
		e.At = time.UnixMicro(at).UTC()
		if e.Field == "resume" || e.Field == "reopened" {
			// These only serve a later change of the state.
			continue
		}
		e.From, e.To = said(e.Field, was.String), said(e.Field, became.String)
		outer, name, _ := strings.Cut(e.Field, ".")
		if e.Field = outer; outer == "choice" {
			e.Field = name
		}
		entries = append(entries, e)
	}
	return entries, found.Err()
}

// maxHistory is how much of a history is shown.
const maxHistory = 1000

// said reads the value of a part for people.
func said(field, part string) string {
	switch {
	case part == "" && field == "state":
		return string(draft.StateNew)
	case part == "":
		return ""
	}
	outer, _, _ := strings.Cut(field, ".")
	switch outer {
	case "choice":
		return pick(part, func(c draft.Choice) string { return c.Value })
	case "note":
		return pick(part, func(n draft.Note) string { return n.Text })
	case "call":
		return pick(part, func(c draft.Call) string {
			names := slices.DeleteFunc([]string{c.By, c.Whom, c.At.Format(time.RFC3339)}, func(s string) bool { return s == "" })
			return strings.Join(names, ", ")
		})
	case "tags":
		return pick(part, func(tags []string) string { return strings.Join(tags, ", ") })
	case "manual":
		return pick(part, func(m draft.Manual) string { return m.Title })
	}
	return strings.Trim(part, `"`)
}

func pick[T any](part string, f func(T) string) string {
	var v T
	if json.Unmarshal([]byte(part), &v) != nil {
		return part
	}
	return f(v)
}
