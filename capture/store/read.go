package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"flagrante/capture"
	"flagrante/capture/filter"
)

// Page asks for a part of a list, newest first.
type Page struct {
	// After is the ID of the last row that was seen, empty for the first page.
	After string
	// Limit is the largest number of rows, between 1 and MaxLimit; others count
	// as MaxLimit.
	Limit int
	// Filter lets rows pass; nil lets all. It is one of FailureFields.
	Filter *filter.Filter
}

// MaxLimit is the largest page.
const MaxLimit = 1000

func (p Page) limit() int {
	if p.Limit < 1 || p.Limit > MaxLimit {
		return MaxLimit
	}
	return p.Limit
}

func (s *Store) time(ctx context.Context, query, id string) (micros int64, err error) {
	err = s.db().Read.QueryRowContext(ctx, query, id).Scan(&micros)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("%s: %w", id, ErrNotFound)
	}
	return micros, err
}

// Failure returns the whole failure with that ID, or ErrNotFound.
func (s *Store) Failure(ctx context.Context, id string) (*capture.Failure, error) {
	f, err := scan(s.db().Read.QueryRowContext(ctx, `SELECT `+readColumns+` FROM failures WHERE id = ?`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("failure %s: %w", id, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read failure %s: %w", id, err)
	}
	if err := s.exchange(ctx, f); err != nil {
		if _, gone := s.time(ctx, `SELECT time FROM failures WHERE id = ?`, id); errors.Is(gone, ErrNotFound) {
			err = gone // It was taken away in between.
		}
		return nil, fmt.Errorf("read the exchange of failure %s: %w", id, err)
	}
	return f, nil
}

const (
	// A shared body stands in for the empty one of the row.
	exchangeOf = `SELECT x.head, coalesce(s.data, x.request_body), coalesce(a.data, x.response_body), x.before,
		x.packed | coalesce(s.packed * ?, 0) | coalesce(a.packed * ?, 0)
		FROM failures f JOIN exchanges x ON x.n = f.n LEFT JOIN content_data s ON s.n = x.request_content LEFT JOIN content_data a ON a.n = x.response_content
		WHERE f.id = ?`
	centralExchangeOf = `SELECT x.head, x.request_body, x.response_body, x.before, x.packed FROM failures f JOIN exchanges x ON x.n = f.n AND x.time = f.time WHERE f.id = ? AND f.time = ?`
)

// exchange fills in what lists leave out.
func (s *Store) exchange(ctx context.Context, f *capture.Failure) error {
	var text string
	var sent, answered, before []byte
	var packed int
	query, args := exchangeOf, []any{packedRequest, packedResponse, f.ID}
	if s.Central() {
		query, args = centralExchangeOf, []any{f.ID, f.Time.UnixMicro()}
	}
	row := s.db().Read.QueryRowContext(ctx, query, args...)
	if err := row.Scan(&text, &sent, &answered, &before, &packed); err != nil {
		return err
	}
	sent, sentErr := s.packer.unpack(sent, packed&packedRequest != 0)
	answered, answeredErr := s.packer.unpack(answered, packed&packedResponse != 0)
	before, beforeErr := s.packer.unpack(before, packed&packedBefore != 0)
	if err := errors.Join(sentErr, answeredErr, beforeErr); err != nil {
		return err
	}
	if len(before) > 0 {
		if err := json.Unmarshal(before, &f.Before); err != nil {
			return err
		}
	}
	var h head
	if err := json.Unmarshal([]byte(text), &h); err != nil {
		return err
	}
	h.fill(&f.Exchange, sent, answered)
	return nil
}

// Chain returns the failures among the attempts at one call, by attempt, without
// headers and bodies.
func (s *Store) Chain(ctx context.Context, chain string) ([]capture.Failure, error) {
	failures, err := Collect(ctx, s, `SELECT `+readColumns+` FROM failures WHERE chain = ? AND chain <> '' ORDER BY attempt, id LIMIT ?`, []any{chain, MaxLimit}, scanValue)
	if err != nil {
		return nil, fmt.Errorf("list the attempts of %s: %w", chain, err)
	}
	return failures, nil
}

func scanValue(row func(...any) error) (capture.Failure, error) {
	f, err := scan(row)
	if err != nil {
		return capture.Failure{}, err
	}
	return *f, nil
}

const groupColumns = `fingerprint, host, endpoint, method, kind, status, vendor_code, count, first_seen, last_seen, first_id, last_id, coalesce(parent, '')`

// Groups returns a page of groups, those seen last first, less those that belong
// to a larger one. After and next are fingerprints.
func (s *Store) Groups(ctx context.Context, p Page) (groups []capture.Group, next string, err error) {
	query, args := `SELECT `+groupColumns+` FROM groups WHERE parent IS NULL AND (last_seen, fingerprint) < (?, ?)`, []any{int64(math.MaxInt64), ""}
	if p.After != "" {
		at, err := s.time(ctx, `SELECT last_seen FROM groups WHERE fingerprint = ?`, p.After)
		if err != nil {
			return nil, "", err
		}
		args = []any{at, p.After}
	}
	groups, err = Collect(ctx, s, query+` ORDER BY last_seen DESC, fingerprint DESC LIMIT ?`, append(args, p.limit()+1), scanGroup)
	if err != nil {
		return nil, "", fmt.Errorf("list groups: %w", err)
	}
	if len(groups) > p.limit() {
		groups = groups[:p.limit()]
		next = groups[len(groups)-1].Fingerprint
	}
	for i := range groups {
		if groups[i].Method == "" {
			if groups[i].Members, err = s.members(ctx, groups[i].Fingerprint); err != nil {
				return nil, "", fmt.Errorf("list the members of a group: %w", err)
			}
		}
	}
	return groups, next, nil
}

// Group returns the group whose fingerprint starts with prefix, or ErrNotFound.
// The prefix must be long enough to mean one.
func (s *Store) Group(ctx context.Context, prefix string) (capture.Group, error) {
	row := s.db().Read.QueryRowContext(ctx, `SELECT `+groupColumns+` FROM groups WHERE fingerprint >= ?1 AND substr(fingerprint, 1, length(?1)) = ?1 ORDER BY fingerprint LIMIT 1`, prefix)
	g, err := scanGroup(row.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return capture.Group{}, fmt.Errorf("group %s: %w", prefix, ErrNotFound)
	}
	if err != nil {
		return capture.Group{}, fmt.Errorf("read group %s: %w", prefix, err)
	}
	if g.Members, err = s.members(ctx, g.Fingerprint); err != nil {
		return capture.Group{}, fmt.Errorf("read group %s: %w", prefix, err)
	}
	g.Origins, err = s.groupOrigins(ctx, g.Fingerprint)
	return g, err
}

// RequestIDs returns the vendor's ids of the latest failures of a group, newest
// first, each once. It looks at no more than the given number of failures.
func (s *Store) RequestIDs(ctx context.Context, fingerprint string, failures int) ([]string, error) {
	texts, err := s.latest(ctx, fingerprint, "request_ids", failures)
	if err != nil {
		return nil, fmt.Errorf("list request ids: %w", err)
	}
	var ids []string
	seen := map[string]bool{}
	for _, text := range texts {
		var list []string
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			return nil, fmt.Errorf("list request ids: %w", err)
		}
		for _, id := range list {
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids, nil
}

// latest returns a column of text of the latest failures of a group that are not
// expected, newest first; those of a host's group are those of its members.
func (s *Store) latest(ctx context.Context, fingerprint, column string, limit int) ([]string, error) {
	type line struct {
		time int64
		text string
	}
	prints, err := s.parts(ctx, fingerprint)
	if err != nil {
		return nil, err
	}
	var all []line
	for _, name := range prints {
		of, err := Collect(ctx, s, `SELECT time, `+column+` FROM failures WHERE fingerprint = ? AND expected = 0 ORDER BY time DESC LIMIT ?`, []any{name, limit},
			func(row func(...any) error) (l line, err error) { return l, row(&l.time, &l.text) })
		if err != nil {
			return nil, err
		}
		all = append(all, of...)
	}
	slices.SortStableFunc(all, func(a, b line) int { return cmp.Compare(b.time, a.time) })
	texts := make([]string, min(limit, len(all)))
	for i := range texts {
		texts[i] = all[i].text
	}
	return texts, nil
}

// parts returns the fingerprints of the failures of a group: its own, or those of its
// members.
func (s *Store) parts(ctx context.Context, fingerprint string) ([]string, error) {
	return Collect(ctx, s, `SELECT fingerprint FROM groups WHERE fingerprint = ?1 UNION ALL SELECT fingerprint FROM groups WHERE parent = ?1`, []any{fingerprint}, Value[string])
}

func scanGroup(row func(...any) error) (g capture.Group, err error) {
	var first, last int64
	err = row(&g.Fingerprint, &g.Host, &g.Endpoint, &g.Method, &g.Kind, &g.Status, &g.VendorCode, &g.Count, &first, &last, &g.FirstID, &g.LastID, &g.Parent)
	g.FirstSeen, g.LastSeen = time.UnixMicro(first).UTC(), time.UnixMicro(last).UTC()
	return g, err
}
