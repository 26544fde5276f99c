package desk

import "net/http"

// apiStatus gives the counters since the start.
func (d *desk) apiStatus(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, struct {
		Status
		Version string `json:"version"`
	}{d.Status(), d.Version})
	return nil
}
