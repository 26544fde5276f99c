package service

import (
	"net/http"
	"slices"
	"time"
)

// Why a host is not intercepted.
const (
	// Learned is for hosts whose certificate from us an app did not accept.
	Learned = "learned"
	// Ruled is for hosts of the configuration.
	Ruled = "rule"
)

// Passthrough is a host whose calls pass unread.
type Passthrough struct {
	// Host is a pattern of the configuration, or the host and port of a tunnel.
	Host string `json:"host"`
	// Reason is Learned or Ruled; what follows is about learned hosts only.
	Reason string `json:"reason"`
	// Since is when this began, Until when interception is tried again.
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Rejections counts how often apps have left when they saw our certificate,
	// LastRejection is when one did most recently, and Cause how, in words.
	Rejections    int64     `json:"rejections,omitempty"`
	LastRejection time.Time `json:"last_rejection,omitzero"`
	Cause         string    `json:"cause,omitempty"`
}

// Learned are the hosts that turned our certificate down.
func (d *Service) Learned() []Passthrough {
	return slices.DeleteFunc(d.Passthrough(), func(p Passthrough) bool { return p.Reason != Learned })
}

// SendAuthority hands over the certificate that apps must trust.
func (d *Service) SendAuthority(w http.ResponseWriter, _ *http.Request) error {
	return sendFile(w, "flagrante-ca.pem", "application/x-pem-file", d.CA)
}
