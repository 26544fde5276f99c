package page

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"flagrante/draft"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
)

// bulk changes the drafts that are ticked in the list.
func (d *Pages) bulk(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	ids, act := r.PostForm["draft"], r.PostForm.Get("state")
	if len(ids) > service.MaxBulk {
		return door.ErrBadRequest
	}
	var b service.BulkChange
	if act == "tag" {
		if b.Add = tagsIn(r.PostForm.Get("add")); len(b.Add) == 0 {
			return d.back(w, r, nil)
		}
	} else {
		until, err := d.until(r)
		if err != nil {
			return err
		}
		b.Move = draft.Move{State: draft.State(act), Until: until}
	}
	if len(ids) == 0 {
		return d.back(w, r, nil)
	}
	results, err := d.ChangeAll(r.Context(), r, ids, draft.Change{Actor: door.VisitorOf(r).Name, At: d.Now()}, b)
	if err != nil {
		return err
	}
	return d.back(w, r, doneQuery(act, results))
}

// bulkUndo takes such a change back, where nobody has changed more since.
func (d *Pages) bulkUndo(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	marks := strings.Split(r.PostForm.Get("undo"), ",")
	if len(marks) > service.MaxBulk {
		return door.ErrBadRequest
	}
	var results []service.BulkResult
	for _, mark := range marks {
		id, number, _ := strings.Cut(mark, ".")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return door.ErrBadRequest
		}
		result := service.BulkResult{ID: id}
		_, err = d.Book.Undo(r.Context(), id, draft.Change{Actor: door.VisitorOf(r).Name, At: d.Now(), Version: version})
		if err != nil {
			p := d.Explain(r, err)
			if p.Status >= http.StatusInternalServerError {
				return err
			}
			result.Error = p.Key
		}
		results = append(results, result)
		d.Tell(id)
	}
	return d.back(w, r, doneQuery("undone", results))
}

// doneView says what was done to several drafts.
type doneView struct {
	// Key is that of the sentence.
	Key             string
	Count, Failures int64
	// Undo names the drafts with their versions, empty when it can't be taken back.
	Undo string
}

// doneQuery tells the list what was done. What is ticked for Undo carries versions, so
// that a later change of somebody else is not taken back.
func doneQuery(act string, results []service.BulkResult) url.Values {
	var undo []string
	failed := 0
	for _, result := range results {
		if result.Error != "" {
			failed++
			continue
		}
		undo = append(undo, result.ID+"."+strconv.FormatInt(result.Version, 10))
	}
	query := url.Values{"done": {act}, "n": {strconv.Itoa(len(results) - failed)}}
	if failed > 0 {
		query.Set("failed", strconv.Itoa(failed))
	}
	if act != "undone" && len(undo) > 0 {
		query.Set("undo", strings.Join(undo, ","))
	}
	return query
}

// doneOf reads what doneQuery wrote; anybody may write such an address, so it only
// chooses among our own sentences.
func doneOf(r *http.Request) *doneView {
	query := r.URL.Query()
	acts := []string{"ignored", "snoozed", "resolved", "in_review", "tag", "undone"}
	if !slices.Contains(acts, query.Get("done")) {
		return nil
	}
	v := doneView{Key: "done." + query.Get("done"), Undo: query.Get("undo")}
	v.Count, _ = strconv.ParseInt(query.Get("n"), 10, 32)
	v.Failures, _ = strconv.ParseInt(query.Get("failed"), 10, 32)
	return &v
}

// backTo is the address of a list without what was done there.
func backTo(r *http.Request) string {
	query := r.URL.Query()
	for _, key := range []string{"done", "n", "failed", "undo", "lang"} {
		query.Del(key)
	}
	if len(query) == 0 {
		return r.URL.Path
	}
	return r.URL.Path + "?" + query.Encode()
}

// back leads to the page that a form came from, with more in its address.
func (d *Pages) back(w http.ResponseWriter, r *http.Request, more url.Values) error {
	target, err := url.Parse(localPath(r.PostForm.Get("back")))
	if err != nil {
		return door.ErrBadRequest
	}
	query := target.Query()
	for key, values := range more {
		query[key] = values
	}
	target.RawQuery = query.Encode()
	http.Redirect(w, r, target.String(), http.StatusSeeOther)
	return nil
}
