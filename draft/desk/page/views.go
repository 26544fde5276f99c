package page

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"flagrante/draft/desk/door"
	"flagrante/draft/views"
)

// saved lists the filters that somebody keeps, as links to a page.
func (d *Pages) saved(r *http.Request, list, page string, now *searchView) ([]chip, error) {
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

// keepView keeps the filter of a form under a name.
func (d *Pages) keepView(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	v := views.View{List: r.PostForm.Get("list"), Name: strings.TrimSpace(r.PostForm.Get("name")), Filter: r.PostForm.Get("q")}
	if err := d.Keep(r, v); err != nil {
		return err
	}
	return d.back(w, r, nil)
}

// dropView removes the view of a form.
func (d *Pages) dropView(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	if err := d.Views.Remove(r.Context(), r.PostForm.Get("list"), r.PostForm.Get("name")); err != nil {
		return fmt.Errorf("remove a view: %w", err)
	}
	return d.back(w, r, nil)
}
