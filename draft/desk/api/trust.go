package api

import (
	"net/http"
	"time"

	"flagrante/draft/desk/door"
	"flagrante/draft/desk/users"
)

// beginTrust begins a self-test: it says since when calls count, by the clock of the
// proxy. Hosts that an app turned down before pass unread, and their calls would prove
// nothing: where the caller may forget them, they are intercepted again.
func (d *API) beginTrust(w http.ResponseWriter, r *http.Request) error {
	if door.VisitorOf(r).Role >= users.Admin {
		for _, p := range d.Learned() {
			d.Forget(p.Host)
		}
	}
	writeJSON(w, http.StatusOK, struct {
		Since time.Time `json:"since"`
	}{d.Now()})
	return nil
}

// trust says whether an app that calls after ?since= (RFC 3339) trusts us. Whoever
// asks, asks again: the proxy tells it by the calls.
func (d *API) trust(w http.ResponseWriter, r *http.Request) error {
	var since time.Time
	if asked := r.URL.Query().Get("since"); asked != "" {
		var err error
		if since, err = time.Parse(time.RFC3339, asked); err != nil {
			return door.ErrBadRequest
		}
	}
	writeJSON(w, http.StatusOK, d.Trust(since))
	return nil
}
