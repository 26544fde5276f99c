package page

import (
	"errors"
	"net/http"

	"flagrante/draft/desk/door"
	"flagrante/draft/lifecycle"
)

// mark pins a failure, notes something of it or tags it, from a form.
func (d *Pages) mark(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	m := lifecycle.Marking{Add: tagsIn(r.PostForm.Get("add")), Remove: r.PostForm["remove"]}
	if r.PostForm.Has("pinned") {
		pinned := r.PostForm.Get("pinned") == "1"
		m.Pinned = &pinned
	}
	if r.PostForm.Has("note") {
		note := lines(r.PostForm.Get("note"))
		m.Note = &note
	}
	if r.PostForm.Has("over") {
		over := lines(r.PostForm.Get("over"))
		m.Over = &over
	}
	_, err := d.Marked(r.Context(), r.PathValue("id"), door.VisitorOf(r).Name, m)
	if wrong, behind := errors.AsType[*lifecycle.NoteError](err); behind {
		return d.showFailure(w, r, http.StatusConflict, &mineView{Theirs: wrong.Now, Mine: *m.Note, By: wrong.By})
	}
	if err != nil {
		return err
	}
	return d.back(w, r, nil)
}
