package desk

import "net/http"

// apiPassthrough lists the hosts whose calls pass unread.
func (d *desk) apiPassthrough(w http.ResponseWriter, _ *http.Request) error {
	hosts := d.Passthrough()
	if hosts == nil {
		hosts = []Passthrough{}
	}
	writeJSON(w, http.StatusOK, struct {
		Passthrough []Passthrough `json:"passthrough"`
	}{hosts})
	return nil
}

// apiForget has a learned host intercepted again. Hosts of the configuration are
// not forgotten.
func (d *desk) apiForget(w http.ResponseWriter, r *http.Request) error {
	if !d.Forget(r.PathValue("host")) {
		return errNotLearned
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
