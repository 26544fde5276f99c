package api

import (
	"net/http"

	"flagrante/draft/desk/service"
)

// status gives the counters since the start.
func (d *API) status(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, struct {
		service.Status
		Version string `json:"version"`
	}{d.Status(), d.Version})
	return nil
}
