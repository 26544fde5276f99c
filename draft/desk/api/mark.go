package api

import (
	"net/http"

	"flagrante/draft/desk/door"
	"flagrante/draft/lifecycle"
)

// mark is the same for the API, and gives what people say of the failure then.
func (d *API) mark(w http.ResponseWriter, r *http.Request) error {
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
	now, err := d.Marked(r.Context(), r.PathValue("id"), door.Actor(r, body.Actor), lifecycle.Marking{Pinned: body.Pinned, Note: body.Note, Over: body.Over, Add: body.Add, Remove: body.Remove})
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
