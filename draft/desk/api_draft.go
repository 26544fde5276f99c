package desk

import (
	"net/http"

	"flagrante/draft/text"
)

// apiDraft gives one draft.
func (d *desk) apiDraft(w http.ResponseWriter, r *http.Request) error {
	one, err := d.find(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, text.DraftObject(one, d.textOptions(d.lang(r))))
	return nil
}
