package desk

import (
	"context"
	"errors"
	"net/http"

	"flagrante/capture/store"
)

// Reveals shows personal data behind masks, where the settings of this installation
// allow it, pictures to whoever asks for them, and keeps who did that. Secrets are not there to be shown. Reveal fails with
// ErrForbidden where it is not allowed, and with store.ErrNotFound where no personal
// data is behind that mask in the failure.
type Reveals interface {
	Allowed() bool
	Reveal(ctx context.Context, failureID, mask, actor string) (value string, err error)
	// Looked notes that somebody looked at a picture of a failure, which nothing masks.
	Looked(ctx context.Context, failureID, place, actor string) error
	Audited(ctx context.Context, limit int) ([]store.Audit, error)
}

// ErrForbidden is returned where the settings don't allow it.
var ErrForbidden = errors.New("desk.reveal is not on")

// revealBody asks for the value behind a mask of a failure.
type revealBody struct {
	Failure string `json:"failure"`
	Mask    string `json:"mask"`
	Actor   string `json:"actor"`
}

// apiReveal shows personal data once; a row of the audit says that it did.
func (d *desk) apiReveal(w http.ResponseWriter, r *http.Request) error {
	var b revealBody
	if err := readJSON(r, &b); err != nil {
		return err
	}
	value, err := d.Reveals.Reveal(r.Context(), b.Failure, b.Mask, actor(r, b.Actor))
	if errors.Is(err, ErrForbidden) {
		return &problem{status: http.StatusForbidden, key: "reveal"}
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

// apiAudit lists who did what with masks, the newest first.
func (d *desk) apiAudit(w http.ResponseWriter, r *http.Request) error {
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
