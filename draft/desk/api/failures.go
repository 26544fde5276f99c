package api

import (
	"fmt"
	"net/http"

	"flagrante/capture/store"
	"flagrante/draft/text"
)

// failure gives one failure.
func (d *API) failure(w http.ResponseWriter, r *http.Request) error {
	f, err := d.Failures.Failure(r.Context(), r.PathValue("id"))
	if err != nil {
		return fmt.Errorf("read the failure: %w", err)
	}
	writeJSON(w, http.StatusOK, text.Detail(f, d.DraftID(f), d.LangOf(r)))
	return nil
}

// failures lists failures, the latest first.
func (d *API) failures(w http.ResponseWriter, r *http.Request) error {
	limit, err := limitOf(r)
	if err != nil {
		return err
	}
	only, err := d.filter(store.FailureFields(), r)
	if err != nil {
		return err
	}
	failures, next, err := d.Failures.Failures(r.Context(), store.Page{After: r.URL.Query().Get("after"), Limit: limit, Filter: only})
	if err != nil {
		return fmt.Errorf("list the failures: %w", err)
	}
	objects := make([]text.FailureJSON, len(failures))
	for i := range failures {
		f := &failures[i]
		objects[i] = text.FailureObject(f, d.DraftID(f), d.LangOf(r))
	}
	writeJSON(w, http.StatusOK, struct {
		Failures []text.FailureJSON `json:"failures"`
		Next     string             `json:"next"`
	}{objects, next})
	return nil
}
