package lifecycle

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/draft"
)

// Query asks for a part of the list of drafts.
type Query struct {
	// Where is a condition in SQL on the columns of the table drafts, with Args for
	// its marks; empty for all.
	Where string
	Args  []any
	// Filter lets drafts pass, besides; nil lets all. It is one of DraftFields.
	Filter *filter.Filter
	// Sort is one of the keys of Sorts, last_seen when it is empty.
	Sort string
	// Ascending lists the smallest first.
	Ascending bool
	// After is what the page before returned as next, empty for the first page.
	After string
	Limit int
	// AsConcluded finds the page by what was concluded before, without concluding first
	// what grew since. Drafts of which nothing was concluded yet are not in it.
	AsConcluded bool
}

// maxPage is the largest page.
const maxPage = 1000

// Sorts names the columns by which drafts can be sorted, by what callers call them.
func Sorts() map[string]string {
	return map[string]string{
		"last_seen": "last_seen", "first_seen": "first_seen", "count": "count", "severity": "severity_rank",
		"title": "title", "changed": "changed", "host": "host",
	}
}

// Find returns a page of drafts, and the After of the next one, empty when there is
// none. What is part of another draft is left out. The page is found by what was
// concluded last; of the drafts in it those are composed anew of which anything changed
// since. Their evidence is what lists show: no exchanges, and of the last failure the
// origin alone.
func (b *Book) Find(ctx context.Context, q Query) (drafts []draft.Draft, next string, err error) {
	ids, next, err := b.page(ctx, q)
	if err != nil {
		return nil, "", err
	}
	known, err := b.composed(ctx, ids)
	if err != nil {
		return nil, "", err
	}
	ctx = store.Once(ctx)
	for _, id := range ids {
		d, ok := known[id]
		if !ok {
			if d, err = b.Draft(ctx, id); err != nil {
				return nil, "", err
			}
			d.Evidence = d.Evidence.InList()
		}
		drafts = append(drafts, d)
	}
	return drafts, next, nil
}

// List returns a page of drafts, those seen last first.
func (b *Book) List(ctx context.Context, after string, limit int) ([]draft.Draft, string, error) {
	return b.Find(ctx, Query{After: after, Limit: limit})
}

// page returns the IDs of a page.
func (b *Book) page(ctx context.Context, q Query) (ids []string, next string, err error) {
	if !q.AsConcluded {
		if err := b.refreshed(ctx, grownAtOnce, outdatedAtOnce); err != nil {
			return nil, "", err
		}
	}
	column, ok := Sorts()[q.Sort]
	if q.Sort == "" {
		column, ok = "last_seen", true
	}
	if !ok {
		return nil, "", draft.Refuse("sort", "by", q.Sort)
	}
	if q.Limit < 1 || q.Limit > maxPage {
		q.Limit = maxPage
	}
	order, compare := " DESC", "<"
	if q.Ascending {
		order, compare = "", ">"
	}
	where, args := `hidden = 0`, []any{}
	if q.Where != "" {
		where, args = where+` AND (`+q.Where+`)`, append(args, q.Args...)
	}
	only, onlyArgs, err := b.condition(ctx, q.Filter)
	if err != nil {
		return nil, "", err
	}
	where, args = where+only, append(args, onlyArgs...)
	if q.After != "" {
		key, id, err := place(q.After)
		if err != nil {
			return nil, "", err
		}
		where, args = where+` AND (`+column+`, id) `+compare+` (?, ?)`, append(args, key, id)
	}
	return b.ids(ctx, column, `FROM drafts WHERE `+where+` ORDER BY `+column+order+`, id`+order+` LIMIT ?`, append(args, q.Limit+1), q.Limit)
}

// CatchUp concludes all drafts whose evidence grew, or that other settings concluded, so
// that a filter over them is exact. Lists do a few of them each time.
func (b *Book) CatchUp(ctx context.Context) error {
	return b.refreshed(ctx, refreshAtOnce, refreshAtOnce)
}

// refreshed brings the rows up to date, at most so many of those that grew and of others.
// Where nothing can be written now, lists show what was concluded last.
func (b *Book) refreshed(ctx context.Context, grown, others int) error {
	if _, hindered := b.store.Trouble(); hindered {
		return nil
	}
	if _, err := b.refreshTo(ctx, grown, others); err != nil && !store.Hindered(err) {
		return err
	}
	return nil
}

// condition returns what a filter adds to a condition. Words are looked for in the
// list, and in the latest failures that hold them.
func (b *Book) condition(ctx context.Context, f *filter.Filter) (and string, args []any, err error) {
	seek, err := b.store.Seek(ctx)
	if err != nil {
		return "", nil, err
	}
	var seekErr error
	where, args := f.SQL(func(w filter.Word) (string, []any) {
		condition, args := shows(w)
		prints, more, err := seek(w)
		seekErr = errors.Join(seekErr, err)
		if prints != "" {
			condition, args = condition+` OR drafts.fingerprint IN (`+prints+`)`, append(args, more...)
		}
		return condition, args
	})
	if where != "" {
		and = ` AND (` + where + `)`
	}
	return and, args, seekErr
}

func (b *Book) ids(ctx context.Context, column, query string, args []any, limit int) (ids []string, next string, err error) {
	found, err := b.store.Query(ctx, `SELECT id, `+column+` `+query, args...)
	if err != nil {
		return nil, "", fmt.Errorf("list the drafts: %w", err)
	}
	defer found.Close()
	var last any
	for found.Next() {
		if len(ids) == limit {
			return ids, cursor(last, ids[limit-1]), nil
		}
		var id string
		if err := found.Scan(&id, &last); err != nil {
			return nil, "", fmt.Errorf("list the drafts: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, "", found.Err()
}

// cursor names a place in a list by the value that it is sorted by: rows that move
// meanwhile don't move the pages.
func cursor(key any, id string) string {
	data, err := json.Marshal([]any{key, id})
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

func place(after string) (key any, id string, err error) {
	data, err := base64.RawURLEncoding.DecodeString(after)
	if err == nil {
		err = json.Unmarshal(data, &[]any{&key, &id})
	}
	if err != nil || id == "" {
		return nil, "", fmt.Errorf("the place %q in the list: %w", after, ErrNotFound)
	}
	// JSON has no integers of 64 bits: microseconds need 51.
	if n, ok := key.(float64); ok {
		key = int64(n)
	}
	return key, id, nil
}

// Count returns how many drafts a filter lets pass; nil counts all that lists show.
func (b *Book) Count(ctx context.Context, f *filter.Filter) (n int64, err error) {
	only, args, err := b.condition(ctx, f)
	if err != nil {
		return 0, err
	}
	if n, _, err = store.First(ctx, b.store, `SELECT count(*) FROM drafts WHERE hidden = 0`+only, args, store.Value[int64]); err != nil {
		return 0, fmt.Errorf("count the drafts: %w", err)
	}
	return n, nil
}
