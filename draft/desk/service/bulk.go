package service

import (
	"context"
	"net/http"

	"flagrante/draft"
)

// MaxBulk is how many drafts are changed at once.
const MaxBulk = 200

// BulkChange is what happens to several drafts.
type BulkChange struct {
	Move        draft.Move
	Add, Remove []string
}

// BulkResult is what became of one of them.
type BulkResult struct {
	ID string `json:"id"`
	// Version is that of the draft after the change, 0 when there was none.
	Version int64 `json:"version,omitempty"`
	// Error says why it was not changed.
	Error string `json:"error,omitempty"`
}

// ChangeAll changes drafts one after the other: what can't be done to one of them
// does not keep the others.
func (d *Service) ChangeAll(ctx context.Context, r *http.Request, ids []string, c draft.Change, b BulkChange) ([]BulkResult, error) {
	results := make([]BulkResult, 0, len(ids))
	var done []string
	for _, id := range ids {
		one, err := d.changeOne(ctx, id, c, b)
		if err != nil {
			p := d.Explain(r, err)
			if p.Status >= http.StatusInternalServerError {
				return nil, err
			}
			results = append(results, BulkResult{ID: id, Error: d.sentence(r, p)})
			continue
		}
		done = append(done, one.ID)
		results = append(results, BulkResult{ID: one.ID, Version: one.Version})
	}
	d.Tell(done...)
	return results, nil
}

func (d *Service) changeOne(ctx context.Context, id string, c draft.Change, b BulkChange) (one draft.Draft, err error) {
	if b.Move.State != "" {
		if one, err = d.Book.SetState(ctx, id, c, b.Move); err != nil {
			return one, err
		}
	}
	if len(b.Add)+len(b.Remove) > 0 {
		one, err = d.Book.Tag(ctx, id, c, b.Add, b.Remove)
	}
	return one, err
}
