package desk

import (
	"fmt"
	"net/http"

	"flagrante/draft/text"
)

// apiFailure gives one failure.
func (d *desk) apiFailure(w http.ResponseWriter, r *http.Request) error {
	f, err := d.Failures.Failure(r.Context(), r.PathValue("id"))
	if err != nil {
		return fmt.Errorf("read the failure: %w", err)
	}
	writeJSON(w, http.StatusOK, text.Detail(f, d.DraftID(f), d.lang(r)))
	return nil
}
