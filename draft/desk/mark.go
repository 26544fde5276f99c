package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/lifecycle"
)

// mark pins a failure, notes something of it or tags it, from a form.
func (d *desk) mark(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadRequest
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
	_, err := d.marked(r.Context(), r.PathValue("id"), visitorOf(r).Name, m)
	if wrong, behind := errors.AsType[*lifecycle.NoteError](err); behind {
		return d.showFailure(w, r, http.StatusConflict, &mineView{Theirs: wrong.Now, Mine: *m.Note, By: wrong.By})
	}
	if err != nil {
		return err
	}
	return d.back(w, r, nil)
}

// marked marks a failure, and tells open pages. It fails with a *lifecycle.NoteError
// where somebody else changed the note that was read. A secret that somebody writes into a
// note is masked like one that was captured.
func (d *desk) marked(ctx context.Context, id, who string, m lifecycle.Marking) (capture.Mark, error) {
	if m.Note != nil {
		masked, _ := d.Workings.Mask("text/plain", []byte(*m.Note))
		note := string(masked)
		m.Note = &note
	}
	now, err := d.Book.Mark(ctx, id, draft.Change{Actor: who, At: d.Now()}, m)
	if err != nil {
		return now, fmt.Errorf("mark the failure: %w", err)
	}
	d.Live.Publish(EventChanged, Changed{Drafts: []string{}})
	return now, nil
}

// apiMark is the same for the API, and gives what people say of the failure then.
func (d *desk) apiMark(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Actor  string   `json:"actor"`
		Pinned *bool    `json:"pinned"`
		Note   *string  `json:"note"`
		Over   *string  `json:"over"`
		Add    []string `json:"add"`
		Remove []string `json:"remove"`
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	now, err := d.marked(r.Context(), r.PathValue("id"), actor(r, body.Actor), lifecycle.Marking{Pinned: body.Pinned, Note: body.Note, Over: body.Over, Add: body.Add, Remove: body.Remove})
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct {
		Pinned bool     `json:"pinned"`
		Note   string   `json:"note"`
		NoteBy string   `json:"note_by"`
		Tags   []string `json:"tags"`
	}{now.Pinned, now.Note, now.NoteBy, append([]string{}, now.Tags...)})
	return nil
}
