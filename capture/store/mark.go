package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/filter"
)

// Mark changes what people say of a failure, and returns it as it is then. An error of
// change is returned as it is, and nothing is written. An unknown ID is ErrNotFound.
func (s *Store) Mark(ctx context.Context, id string, change func(*capture.Mark) error) (m capture.Mark, err error) {
	err = s.Update(ctx, func(tx *sql.Tx) error {
		var tags string
		err := tx.QueryRowContext(ctx, `SELECT pinned, note, note_by, tags FROM failures WHERE id = ?`, id).Scan(&m.Pinned, &m.Note, &m.NoteBy, &tags)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("failure %s: %w", id, ErrNotFound)
		}
		if err = errors.Join(err, json.Unmarshal([]byte(tags), &m.Tags)); err != nil {
			return fmt.Errorf("read the marks of failure %s: %w", id, err)
		}
		if err := change(&m); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE failures SET pinned = ?, note = ?, note_by = ?, tags = ? WHERE id = ?`, m.Pinned, m.Note, m.NoteBy, asJSON(append([]string{}, m.Tags...)), id)
		if err != nil {
			return fmt.Errorf("mark failure %s: %w", id, err)
		}
		return nil
	})
	return m, err
}

// marked holds for failures of which somebody said something. It is the condition of an
// index, word for word.
const marked = `pinned = 1 OR note <> '' OR tags <> '[]'`

// byMark has the failures that are marked alone, by time.
const byMark = `failures INDEXED BY failures_marked`

// onlyMarked reports that a filter lets no failure pass of which nobody said anything.
func onlyMarked(n filter.Node) bool {
	switch n := n.(type) {
	case filter.All:
		return slices.ContainsFunc(n, onlyMarked)
	case filter.Any:
		return !slices.ContainsFunc(n, func(part filter.Node) bool { return !onlyMarked(part) })
	case filter.Term:
		return n.Op == filter.Is && !slices.ContainsFunc(n.Values, func(v filter.Value) bool { return !asksForMark(n.Field.Name, v) })
	}
	return false
}

func asksForMark(field string, v filter.Value) bool {
	switch field {
	case "tag":
		return true
	case "note":
		return v.Text != "" && !v.Glob
	case "is":
		return strings.EqualFold(v.Text, "pinned")
	case "has":
		return strings.EqualFold(v.Text, "note") || strings.EqualFold(v.Text, "tag")
	}
	return false
}
