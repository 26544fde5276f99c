package desk

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"flagrante/draft"
)

// maxBulk is how many drafts are changed at once.
const maxBulk = 200

// bulkChange is what happens to several drafts.
type bulkChange struct {
	move        draft.Move
	add, remove []string
}

// bulkResult is what became of one of them.
type bulkResult struct {
	ID string `json:"id"`
	// Version is that of the draft after the change, 0 when there was none.
	Version int64 `json:"version,omitempty"`
	// Error says why it was not changed.
	Error string `json:"error,omitempty"`
}

// changeAll changes drafts one after the other: what can't be done to one of them
// does not keep the others.
func (d *desk) changeAll(ctx context.Context, r *http.Request, ids []string, c draft.Change, b bulkChange) ([]bulkResult, error) {
	results := make([]bulkResult, 0, len(ids))
	var done []string
	for _, id := range ids {
		one, err := d.changeOne(ctx, id, c, b)
		if err != nil {
			p := d.explain(r, err)
			if p.status >= http.StatusInternalServerError {
				return nil, err
			}
			results = append(results, bulkResult{ID: id, Error: d.sentence(r, p)})
			continue
		}
		done = append(done, one.ID)
		results = append(results, bulkResult{ID: one.ID, Version: one.Version})
	}
	d.tell(done...)
	return results, nil
}

func (d *desk) changeOne(ctx context.Context, id string, c draft.Change, b bulkChange) (one draft.Draft, err error) {
	if b.move.State != "" {
		if one, err = d.Book.SetState(ctx, id, c, b.move); err != nil {
			return one, err
		}
	}
	if len(b.add)+len(b.remove) > 0 {
		one, err = d.Book.Tag(ctx, id, c, b.add, b.remove)
	}
	return one, err
}

// bulk changes the drafts that are ticked in the list.
func (d *desk) bulk(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	ids, act := r.PostForm["draft"], r.PostForm.Get("state")
	if len(ids) > maxBulk {
		return errBadRequest
	}
	var b bulkChange
	if act == "tag" {
		if b.add = tagsIn(r.PostForm.Get("add")); len(b.add) == 0 {
			return d.back(w, r, nil)
		}
	} else {
		until, err := d.until(r)
		if err != nil {
			return err
		}
		b.move = draft.Move{State: draft.State(act), Until: until}
	}
	if len(ids) == 0 {
		return d.back(w, r, nil)
	}
	results, err := d.changeAll(r.Context(), r, ids, draft.Change{Actor: visitorOf(r).Name, At: d.Now()}, b)
	if err != nil {
		return err
	}
	return d.back(w, r, doneQuery(act, results))
}

// bulkUndo takes such a change back, where nobody has changed more since.
func (d *desk) bulkUndo(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	marks := strings.Split(r.PostForm.Get("undo"), ",")
	if len(marks) > maxBulk {
		return errBadRequest
	}
	var results []bulkResult
	for _, mark := range marks {
		id, number, _ := strings.Cut(mark, ".")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return errBadRequest
		}
		result := bulkResult{ID: id}
		_, err = d.Book.Undo(r.Context(), id, draft.Change{Actor: visitorOf(r).Name, At: d.Now(), Version: version})
		if err != nil {
			p := d.explain(r, err)
			if p.status >= http.StatusInternalServerError {
				return err
			}
			result.Error = p.key
		}
		results = append(results, result)
		d.tell(id)
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
func doneQuery(act string, results []bulkResult) url.Values {
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
func (d *desk) back(w http.ResponseWriter, r *http.Request, more url.Values) error {
	target, err := url.Parse(localPath(r.PostForm.Get("back")))
	if err != nil {
		return errBadRequest
	}
	query := target.Query()
	for key, values := range more {
		query[key] = values
	}
	target.RawQuery = query.Encode()
	http.Redirect(w, r, target.String(), http.StatusSeeOther)
	return nil
}

// bulkBody is a change of several drafts in the API.
type bulkBody struct {
	who
	Drafts []string    `json:"drafts"`
	State  draft.State `json:"state"`
	Until  time.Time   `json:"until"`
	Add    []string    `json:"add"`
	Remove []string    `json:"remove"`
}

// apiBulk changes several drafts, and says what became of each.
func (d *desk) apiBulk(w http.ResponseWriter, r *http.Request) error {
	var body bulkBody
	if err := readJSON(r, &body); err != nil {
		return err
	}
	if len(body.Drafts) == 0 || len(body.Drafts) > maxBulk || body.State == "" && len(body.Add)+len(body.Remove) == 0 {
		return errBadRequest
	}
	c := draft.Change{Actor: actor(r, body.Actor), At: d.Now()}
	results, err := d.changeAll(r.Context(), r, body.Drafts, c, bulkChange{move: draft.Move{State: body.State, Until: body.Until}, add: body.Add, remove: body.Remove})
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct {
		Results []bulkResult `json:"results"`
	}{results})
	return nil
}
