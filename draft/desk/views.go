package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/draft/lifecycle"
	"flagrante/draft/views"
)

// Views is where saved filters are kept.
type Views interface {
	All(ctx context.Context, list string) ([]views.View, error)
	Keep(ctx context.Context, v views.View) error
	Remove(ctx context.Context, list, name string) error
}

// saved lists the filters that somebody keeps, as links to a page.
func (d *desk) saved(r *http.Request, list, page string, now *searchView) ([]chip, error) {
	kept, err := d.Views.All(r.Context(), list)
	if err != nil {
		return nil, fmt.Errorf("list the views: %w", err)
	}
	var all []chip
	for _, v := range kept {
		if now.Word == v.Filter {
			now.Saved = v.Name
		}
		all = append(all, chip{Name: v.Name, URL: page + "?" + queryOf(v.Filter), Count: -1, On: now.Word == v.Filter})
	}
	return all, nil
}

func queryOf(word string) string { return url.Values{"q": {word}}.Encode() }

// schemaOf returns by what a list can be filtered.
func schemaOf(list string) *filter.Schema {
	if list == views.Failures {
		return store.FailureFields()
	}
	return lifecycle.DraftFields()
}

// keep checks a view, and keeps it.
func (d *desk) keep(r *http.Request, v views.View) error {
	v.By, v.Changed = visitorOf(r).Name, d.Now()
	if _, err := filter.Parse(schemaOf(v.List), v.Filter, filter.Options{Now: d.Now(), Zone: d.Zone}); err != nil {
		return err
	}
	if err := d.Views.Keep(r.Context(), v); err != nil {
		return fmt.Errorf("keep a view: %w", err)
	}
	return nil
}

// keepView keeps the filter of a form under a name.
func (d *desk) keepView(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	v := views.View{List: r.PostForm.Get("list"), Name: strings.TrimSpace(r.PostForm.Get("name")), Filter: r.PostForm.Get("q")}
	if err := d.keep(r, v); err != nil {
		return err
	}
	return d.back(w, r, nil)
}

// dropView removes the view of a form.
func (d *desk) dropView(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	if err := d.Views.Remove(r.Context(), r.PostForm.Get("list"), r.PostForm.Get("name")); err != nil {
		return fmt.Errorf("remove a view: %w", err)
	}
	return d.back(w, r, nil)
}

// apiViews lists the views of both lists.
func (d *desk) apiViews(w http.ResponseWriter, r *http.Request) error {
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

// apiKeepView keeps a filter under the name in the path.
func (d *desk) apiKeepView(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Filter string `json:"filter"`
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	v := views.View{List: r.PathValue("list"), Name: r.PathValue("name"), Filter: body.Filter}
	if v.List != views.Drafts && v.List != views.Failures {
		return errNotFound
	}
	if err := d.keep(r, v); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// apiDropView removes a view.
func (d *desk) apiDropView(w http.ResponseWriter, r *http.Request) error {
	if err := d.Views.Remove(r.Context(), r.PathValue("list"), r.PathValue("name")); err != nil {
		return fmt.Errorf("remove a view: %w", err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
