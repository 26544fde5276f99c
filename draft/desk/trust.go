package desk

import (
	"net/http"
	"time"

	"flagrante/draft/desk/users"
)

// trustView says whether apps trust the authority of this installation, as far as
// their calls tell.
type trustView struct {
	// Calls is how many calls passed since the time that was asked for.
	Calls int `json:"calls"`
	// Read is the latest call over TLS that could be read: its app trusts us.
	Read *trustedCall `json:"read"`
	// Refused is the latest time that an app turned our certificate down.
	Refused *refusal `json:"refused"`
}

type trustedCall struct {
	Host string    `json:"host"`
	At   time.Time `json:"at"`
}

type refusal struct {
	Host  string    `json:"host"`
	At    time.Time `json:"at"`
	Cause string    `json:"cause"`
}

// trust looks at what passed from a time on.
func (d *desk) trust(since time.Time) trustView {
	var v trustView
	calls, _ := d.Strip.Since(0, trustLook)
	for _, c := range calls {
		if c.At.Before(since) {
			continue
		}
		v.Calls++
		if c.Encrypted && c.Status != 0 {
			v.Read = &trustedCall{c.Host, c.At}
		}
	}
	for _, p := range d.learned() {
		if p.LastRejection.Before(since) || v.Refused != nil && p.LastRejection.Before(v.Refused.At) {
			continue
		}
		v.Refused = &refusal{p.Host, p.LastRejection, p.Cause}
	}
	return v
}

// trustLook is how many of the last calls are looked at.
const trustLook = 512

// apiBeginTrust begins a self-test: it says since when calls count, by the clock of the
// proxy. Hosts that an app turned down before pass unread, and their calls would prove
// nothing: where the caller may forget them, they are intercepted again.
func (d *desk) apiBeginTrust(w http.ResponseWriter, r *http.Request) error {
	if visitorOf(r).Role >= users.Admin {
		for _, p := range d.learned() {
			d.Forget(p.Host)
		}
	}
	writeJSON(w, http.StatusOK, struct {
		Since time.Time `json:"since"`
	}{d.Now()})
	return nil
}

// apiTrust says whether an app that calls after ?since= (RFC 3339) trusts us. Whoever
// asks, asks again: the proxy tells it by the calls.
func (d *desk) apiTrust(w http.ResponseWriter, r *http.Request) error {
	var since time.Time
	if asked := r.URL.Query().Get("since"); asked != "" {
		var err error
		if since, err = time.Parse(time.RFC3339, asked); err != nil {
			return errBadRequest
		}
	}
	writeJSON(w, http.StatusOK, d.trust(since))
	return nil
}
