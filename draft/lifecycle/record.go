package lifecycle

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"flagrante/draft"
)

// record is what was decided of a draft, as opposed to what is concluded. It is the
// format of a column, so its names stay.
type record struct {
	State draft.State `json:"state,omitempty"`
	// Resume is the state before the draft was snoozed or merged.
	Resume       draft.State `json:"resume,omitempty"`
	SnoozedUntil time.Time   `json:"snoozed_until,omitzero"`
	ResolvedAt   time.Time   `json:"resolved_at,omitzero"`
	MergedInto   string      `json:"merged_into,omitempty"`
	// Reopened keeps a draft that was sent from counting as exported.
	Reopened bool `json:"reopened,omitempty"`
	// Apart keeps the group out of those that make up a host's.
	Apart   bool                         `json:"apart,omitempty"`
	Tags    []string                     `json:"tags,omitempty"`
	Choices map[draft.Field]draft.Choice `json:"choice,omitempty"`
	// Notes and Calls are numbered by keys that sort.
	Notes  map[string]draft.Note `json:"note,omitempty"`
	Calls  map[string]draft.Call `json:"call,omitempty"`
	Manual *draft.Manual         `json:"manual,omitempty"`
}

// row is a record with what the table keeps beside it.
type row struct {
	record
	id, fingerprint string
	version         int64
	changed         time.Time
}

// seen is the version as others see it: it begins with 1, for 0 means any.
func (r row) seen() int64 { return r.version + 1 }

// touched reports that a person or a portal decided something that a roll-up must
// not hide.
func (r record) touched() bool {
	moved := r.State != "" && r.State != draft.StateNew && r.State != draft.StateInReview
	return moved || r.Apart || len(r.Choices) > 0 || len(r.Calls) > 0
}

func (r record) state() draft.State {
	if r.State == "" {
		return draft.StateNew
	}
	return r.State
}

// sorted returns the values of a numbered map in order.
func sorted[T any](m map[string]T) []T {
	var list []T
	for _, key := range slices.Sorted(maps.Keys(m)) {
		list = append(list, m[key])
	}
	return list
}

// numbered adds a value to a numbered map.
func numbered[T any](m map[string]T, v T) map[string]T {
	m = maps.Clone(m)
	if m == nil {
		m = map[string]T{}
	}
	m[fmt.Sprintf("%06d", len(m)+1)] = v
	return m
}

// parts are the fields of a record as JSON, those of its maps by themselves: the
// units of the history.
type parts map[string]string

// nested are the fields of a record that are maps of decisions.
func nested() []string { return []string{"choice", "note", "call"} }

func (r record) parts() (parts, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal(data, &top); err != nil {
		return nil, err
	}
	p := parts{}
	for key, value := range top {
		if !slices.Contains(nested(), key) {
			p[key] = string(value)
			continue
		}
		var inner map[string]json.RawMessage
		if err := json.Unmarshal(value, &inner); err != nil {
			return nil, err
		}
		for name, v := range inner {
			p[key+"."+name] = string(v)
		}
	}
	return p, nil
}

// record makes a record of its parts.
func (p parts) record() (r record, err error) {
	top := map[string]any{}
	for key, value := range p {
		outer, name, ok := strings.Cut(key, ".")
		if !ok {
			top[key] = json.RawMessage(value)
			continue
		}
		inner, _ := top[outer].(map[string]json.RawMessage)
		if inner == nil {
			inner = map[string]json.RawMessage{}
			top[outer] = inner
		}
		inner[name] = json.RawMessage(value)
	}
	data, err := json.Marshal(top)
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	return r, err
}

// querier reads: the store, or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// reader makes a querier of the store.
type reader struct{ b *Book }

func (r reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return r.b.store.Query(ctx, query, args...)
}

// rowColumns are the columns that scanRow reads.
const (
	rowColumns   = `id, fingerprint, decided, version, changed`
	rowColumnsOf = `id, d.fingerprint, d.decided, d.version, d.changed`
)

// rows reads the rows of drafts that a condition chooses.
func rows(ctx context.Context, q querier, where string, args ...any) ([]row, error) {
	found, err := q.QueryContext(ctx, `SELECT `+rowColumns+` FROM drafts WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read what was decided of drafts: %w", err)
	}
	defer found.Close()
	var list []row
	for found.Next() {
		r, err := scanRow(found)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, found.Err()
}

// scanRow reads rowColumns, and more that follow.
func scanRow(found *sql.Rows, more ...any) (r row, err error) {
	var decided string
	var changed int64
	if err = found.Scan(append([]any{&r.id, &r.fingerprint, &decided, &r.version, &changed}, more...)...); err == nil {
		err = json.Unmarshal([]byte(decided), &r.record)
	}
	if err != nil {
		return row{}, fmt.Errorf("read what was decided of draft %s: %w", r.id, err)
	}
	r.changed = moment(changed)
	return r, nil
}

// one reads the row of a draft, or returns ErrNotFound.
func one(ctx context.Context, q querier, id string) (row, error) {
	found, err := rows(ctx, q, `id = ?`, id)
	if err != nil {
		return row{}, err
	}
	if len(found) == 0 {
		return row{}, fmt.Errorf("draft %q: %w", id, ErrNotFound)
	}
	return found[0], nil
}

// known is one, with an empty row where there is none yet.
func known(ctx context.Context, q querier, id string) (row, error) {
	r, err := one(ctx, q, id)
	if errors.Is(err, ErrNotFound) {
		return row{id: id}, nil
	}
	return r, err
}

// moment reads a time of the table, in which 0 is none.
func moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// micros writes a time as the table has it.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}
