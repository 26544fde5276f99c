// Package views keeps the filters that people come back to, for everybody who uses
// the desk.
package views

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"flagrante/capture/store"
	"flagrante/draft"
)

// The lists that can be filtered.
const (
	Drafts   = "drafts"
	Failures = "failures"
)

// View is a filter with a name.
type View struct {
	// List is Drafts or Failures.
	List string `json:"list"`
	Name string `json:"name"`
	// Filter is written in the filter language.
	Filter  string    `json:"filter"`
	By      string    `json:"by"`
	Changed time.Time `json:"changed"`
}

const (
	maxName   = 60   // characters
	maxFilter = 2000 // characters
	// maxViews bounds the views of a list: they stand side by side.
	maxViews = 40
)

// ErrNotFound is returned for a name that no view has.
var ErrNotFound = errors.New("there is no such view")

// Shelf keeps views in a store.
type Shelf struct{ store *store.Store }

// New returns the Shelf of the views in s.
func New(s *store.Store) *Shelf { return &Shelf{s} }

// All returns the views of a list, by name.
func (s *Shelf) All(ctx context.Context, list string) ([]View, error) {
	found, err := store.Collect(ctx, s.store, `SELECT list, name, filter, actor, changed FROM views WHERE list = ? ORDER BY name`, []any{list}, scan)
	if err != nil {
		return nil, fmt.Errorf("list the views: %w", err)
	}
	return append([]View{}, found...), nil
}

func scan(row func(...any) error) (v View, err error) {
	var changed int64
	err = row(&v.List, &v.Name, &v.Filter, &v.By, &changed)
	v.Changed = time.UnixMicro(changed).UTC()
	return v, err
}

// Keep adds a view, or puts it in the place of the one of the same name. What can't
// be kept is a *draft.RefusedError.
func (s *Shelf) Keep(ctx context.Context, v View) error {
	if err := v.check(); err != nil {
		return err
	}
	return s.store.Update(ctx, func(tx *sql.Tx) error {
		var others int
		err := tx.QueryRowContext(ctx, `SELECT count(*) FROM views WHERE list = ? AND name <> ?`, v.List, v.Name).Scan(&others)
		if err != nil {
			return fmt.Errorf("count the views: %w", err)
		}
		if others >= maxViews {
			return draft.Refuse("views", "count", strconv.Itoa(maxViews))
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO views (list, name, filter, actor, changed) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (list, name) DO UPDATE SET filter = excluded.filter, actor = excluded.actor, changed = excluded.changed`,
			v.List, v.Name, v.Filter, v.By, v.Changed.UnixMicro())
		if err != nil {
			return fmt.Errorf("keep the view: %w", err)
		}
		return nil
	})
}

func (v View) check() error {
	switch {
	case v.List != Drafts && v.List != Failures:
		return draft.Refuse("view_kind")
	case strings.TrimSpace(v.Name) != v.Name || v.Name == "" || utf8.RuneCountInString(v.Name) > maxName || strings.ContainsFunc(v.Name, func(r rune) bool { return r < ' ' }):
		return draft.Refuse("view_name")
	case utf8.RuneCountInString(v.Filter) > maxFilter:
		return draft.Refuse("view_filter")
	}
	return nil
}

// Remove takes a view away, or returns ErrNotFound.
func (s *Shelf) Remove(ctx context.Context, list, name string) error {
	return s.store.Update(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM views WHERE list = ? AND name = ?`, list, name)
		if err != nil {
			return fmt.Errorf("remove the view: %w", err)
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrNotFound)
		}
		return nil
	})
}
