package api

import (
	"fmt"
	"net/http"
	"strconv"

	"flagrante/draft/desk/door"
	"flagrante/draft/lifecycle"
	"flagrante/draft/text"
)

// draft gives one draft, and its version as the ETag.
func (d *API) draft(w http.ResponseWriter, r *http.Request) error {
	one, err := d.DraftOf(r)
	if err != nil {
		return err
	}
	d.answerDraft(w, r, one)
	return nil
}

// apiLimit is how many rows the API lists unless asked, apiMost how many at most.
const (
	apiLimit = 50
	apiMost  = 500
)

// drafts lists drafts, those that failed last first.
func (d *API) drafts(w http.ResponseWriter, r *http.Request) error {
	limit, err := limitOf(r)
	if err != nil {
		return err
	}
	only, err := d.filter(lifecycle.DraftFields(), r)
	if err != nil {
		return err
	}
	drafts, next, err := d.Drafts.Find(r.Context(), lifecycle.Query{Filter: only, After: r.URL.Query().Get("after"), Limit: limit})
	if err != nil {
		return fmt.Errorf("list the drafts: %w", err)
	}
	objects := make([]text.Object, len(drafts))
	for i, one := range drafts {
		objects[i] = text.DraftObject(one, d.TextOptions(d.LangOf(r)))
	}
	writeJSON(w, http.StatusOK, struct {
		Drafts []text.Object `json:"drafts"`
		Next   string        `json:"next"`
	}{objects, next})
	return nil
}

// limitOf reads ?limit=.
func limitOf(r *http.Request) (int, error) {
	asked := r.URL.Query().Get("limit")
	if asked == "" {
		return apiLimit, nil
	}
	limit, err := strconv.Atoi(asked)
	if err != nil || limit < 1 || limit > apiMost {
		return 0, door.ErrBadLimit
	}
	return limit, nil
}
