package fingerprint

import (
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"strconv"
	"strings"

	"flagrante/capture"
	"flagrante/proxy"
)

// version marks the rules by which a fingerprint was made.
const version = "v1-"

// Maker makes endpoints and fingerprints. It is safe for use by many goroutines.
type Maker struct{ segments classifier }

// New returns a Maker.
func New() *Maker { return &Maker{segments: newClassifier()} }

// Endpoint returns the host of a request, and its endpoint: method, host and
// path template, as in "POST api.bank.example/v1/charges/{id}". A CONNECT has no
// path.
func (m *Maker) Endpoint(r proxy.Request) (host, endpoint string) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return "", r.Method + " ?"
	}
	host = strings.TrimSuffix(strings.ToLower(u.Host), ".")
	if r.Method == "CONNECT" {
		return host, r.Method + " " + host
	}
	return host, r.Method + " " + host + m.segments.template(u.EscapedPath())
}

// Of returns the fingerprint of a failure: a versioned digest of the endpoint,
// the kind, and what the failure says of itself, which is the status and the
// vendor's code, or the type of the transport error.
func (m *Maker) Of(f *capture.Failure) string {
	parts := []string{f.Endpoint, string(f.Kind), strconv.Itoa(f.Status()), f.Vendor.Code, ""}
	if e := f.Exchange.Err; e != nil {
		parts[4] = e.Type
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return version + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}
