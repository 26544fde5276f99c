package service

import (
	"time"
)

// TrustView says whether apps trust the authority of this installation, as far as
// their calls tell.
type TrustView struct {
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

// Trust looks at what passed from a time on.
func (d *Service) Trust(since time.Time) TrustView {
	var v TrustView
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
	for _, p := range d.Learned() {
		if p.LastRejection.Before(since) || v.Refused != nil && p.LastRejection.Before(v.Refused.At) {
			continue
		}
		v.Refused = &refusal{p.Host, p.LastRejection, p.Cause}
	}
	return v
}

// trustLook is how many of the last calls are looked at.
const trustLook = 512
