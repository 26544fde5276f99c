package api

import (
	"net/http"

	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
)

// passthrough lists the hosts whose calls pass unread.
func (d *API) passthrough(w http.ResponseWriter, _ *http.Request) error {
	hosts := d.Passthrough()
	if hosts == nil {
		hosts = []service.Passthrough{}
	}
	writeJSON(w, http.StatusOK, struct {
		Passthrough []service.Passthrough `json:"passthrough"`
	}{hosts})
	return nil
}

// forget has a learned host intercepted again. Hosts of the configuration are
// not forgotten.
func (d *API) forget(w http.ResponseWriter, r *http.Request) error {
	if !d.Forget(r.PathValue("host")) {
		return door.ErrNotLearned
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
