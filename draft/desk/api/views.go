package api

import (
	"fmt"
	"net/http"

	"flagrante/draft/desk/door"
	"flagrante/draft/views"
)

// views lists the views of both lists.
func (d *API) views(w http.ResponseWriter, r *http.Request) error {
	all := []views.View{}
	for _, list := range []string{views.Drafts, views.Failures} {
		kept, err := d.Views.All(r.Context(), list)
		if err != nil {
			return fmt.Errorf("list the views: %w", err)
		}
		all = append(all, kept...)
	}
	writeJSON(w, http.StatusOK, struct {
		Views []views.View `json:"views"`
	}{all})
	return nil
}

// keepView keeps a filter under the name in the path.
func (d *API) keepView(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Filter string `json:"filter"`
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	v := views.View{List: r.PathValue("list"), Name: r.PathValue("name"), Filter: body.Filter}
	if v.List != views.Drafts && v.List != views.Failures {
		return door.ErrNotFound
	}
	if err := d.Keep(r, v); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// dropView removes a view.
func (d *API) dropView(w http.ResponseWriter, r *http.Request) error {
	if err := d.Views.Remove(r.Context(), r.PathValue("list"), r.PathValue("name")); err != nil {
		return fmt.Errorf("remove a view: %w", err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
