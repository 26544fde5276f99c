package api

import (
	"errors"
	"net/http"

	"flagrante/capture/store"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
)

// revealBody asks for the value behind a mask of a failure.
type revealBody struct {
	Failure string `json:"failure"`
	Mask    string `json:"mask"`
	Actor   string `json:"actor"`
}

// reveal shows personal data once; a row of the audit says that it did.
func (d *API) reveal(w http.ResponseWriter, r *http.Request) error {
	var b revealBody
	if err := readJSON(r, &b); err != nil {
		return err
	}
	value, err := d.Reveals.Reveal(r.Context(), b.Failure, b.Mask, door.Actor(r, b.Actor))
	if errors.Is(err, service.ErrForbidden) {
		return &door.Problem{Status: http.StatusForbidden, Key: "reveal"}
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, struct {
		Value string `json:"value"`
	}{value})
	return nil
}

// audit lists who did what with masks, the newest first.
func (d *API) audit(w http.ResponseWriter, r *http.Request) error {
	rows, err := d.Reveals.Audited(r.Context(), maxAudit)
	if err != nil {
		return err
	}
	if rows == nil {
		rows = []store.Audit{}
	}
	writeJSON(w, http.StatusOK, struct {
		Audit []store.Audit `json:"audit"`
	}{rows})
	return nil
}

// maxAudit is how many rows of the audit the API gives.
const maxAudit = 1000
