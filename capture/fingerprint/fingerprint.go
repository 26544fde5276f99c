// Package fingerprint decides which failures are the same problem: it reduces a
// call to its endpoint, and a failure to the key of its group.
package fingerprint

import (
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"

	"flagrante/capture"
	"flagrante/proxy"
)

// Version marks the rules by which a fingerprint was made. It changes with them,
// so that keys made by other rules are never taken for each other.
const Version = "v2-"

// Maker makes endpoints and fingerprints. It is safe for use by many goroutines.
type Maker struct {
	segments  classifier
	templates []Templates
}

// Templates knows the paths of some vendors better than their looks tell.
type Templates interface {
	// Template returns the template of an escaped path on a host, with or without
	// a port, and false where it knows none.
	Template(method, host, path string) (string, bool)
}

// New returns a Maker that asks known first, in their order.
func New(known ...Templates) *Maker { return &Maker{segments: newClassifier(), templates: known} }

// Endpoint returns the host of a request, and its endpoint: method, host and
// path template, as in "POST api.bank.example/v1/charges/{id}". Where one path
// serves many operations, the operation follows: "POST api.example/graphql#Pay".
// A CONNECT has no path unless it opens something else than a tunnel.
func (m *Maker) Endpoint(r proxy.Request) (host, endpoint string) {
	host, named := m.AppendEndpoint(nil, r)
	return host, string(named)
}

// AppendEndpoint is Endpoint for those who only look for what they know: it appends the
// endpoint, and makes no text of it.
func (m *Maker) AppendEndpoint(to []byte, r proxy.Request) (host string, endpoint []byte) {
	to = append(append(to, r.Method...), ' ')
	if r.Method == "CONNECT" && r.Opens() == "" {
		host, ok := target(r.URL)
		if !ok {
			return "", append(to, '?')
		}
		return host, append(to, host...)
	}
	a, ok := addressOf(r.URL)
	if !ok {
		return "", append(to, '?')
	}
	to = m.path(append(to, a.host...), r.Method, a)
	return a.host, append(to, operation(r, a.path)...)
}

func (m *Maker) path(to []byte, method string, a address) []byte {
	for _, known := range m.templates {
		if template, ok := known.Template(method, a.host, a.escaped); ok {
			return append(to, template...)
		}
	}
	return m.segments.template(to, a.escaped)
}

// Of returns the fingerprint of a failure: a versioned digest of the endpoint,
// the kind, and what the failure says of itself, which is the status and the
// vendor's code, or the type of the transport error. A vendor without codes is
// told by the words of the message, less what differs from call to call.
func (m *Maker) Of(f *capture.Failure) string {
	parts := []string{f.Endpoint, string(f.Kind), strconv.Itoa(f.Status()), f.Vendor.Code, "", ""}
	if e := f.Exchange.Err; e != nil {
		parts[4] = e.Type
	}
	if f.Vendor.Code == "" {
		parts[5] = normal(f.Vendor.Message)
	}
	return digest(parts)
}

// OfHost returns the fingerprint of all failures of a host that fails as a whole
// with one kind, status and type of transport error.
func OfHost(host string, kind capture.Kind, status int, fault string) string {
	return digest([]string{host, string(kind), strconv.Itoa(status), fault})
}

func digest(parts []string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return Version + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}
