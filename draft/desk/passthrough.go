package desk

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
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

// mistrustView is the data of the notice about apps that do not trust us.
type mistrustView struct {
	Hosts []mistrusted
	CA    string
	// Trust are the lines that make an app trust the authority.
	Trust string
}

// mistrusted is one host of the notice.
type mistrusted struct {
	Passthrough
	// Left is how many minutes it still is not intercepted, at least one.
	Left int64
}

// mistrust returns what the notice says, the host with the last rejection first.
func (d *desk) mistrust() mistrustView {
	v := mistrustView{CA: d.CAPath, Trust: trustLines(d.CAPath)}
	for _, p := range d.learned() {
		left := p.Until.Sub(d.Now())
		v.Hosts = append(v.Hosts, mistrusted{p, int64(max(left+time.Minute-1, time.Minute) / time.Minute)})
	}
	slices.SortStableFunc(v.Hosts, func(a, b mistrusted) int {
		return cmp.Or(b.LastRejection.Compare(a.LastRejection), strings.Compare(a.Host, b.Host))
	})
	return v
}

func (d *desk) learned() []Passthrough {
	return slices.DeleteFunc(d.Passthrough(), func(p Passthrough) bool { return p.Reason != Learned })
}

// trustLines are for a POSIX shell. They hold for one process: the authority has
// no business in the trust store of a whole system.
func trustLines(path string) string {
	ca := shellWord(path)
	return strings.Join([]string{
		"# Node",
		"export NODE_EXTRA_CA_CERTS=" + ca,
		"# Python, Ruby, PHP, Go",
		"export SSL_CERT_FILE=" + ca + " REQUESTS_CA_BUNDLE=" + ca,
		"# curl",
		"export CURL_CA_BUNDLE=" + ca,
		"# Java",
		"keytool -importcert -noprompt -alias flagrante -file " + ca + " -keystore flagrante.p12 -storetype PKCS12 -storepass changeit",
		`export JAVA_TOOL_OPTIONS="-Djavax.net.ssl.trustStore=$PWD/flagrante.p12 -Djavax.net.ssl.trustStorePassword=changeit"`,
	}, "\n")
}

// forget has learned hosts intercepted again: the named one, or all of them.
// Those whose time has just run out are as they should be.
func (d *desk) forget(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	hosts := r.PostForm["host"]
	if r.PostForm.Has("all") {
		for _, p := range d.learned() {
			hosts = append(hosts, p.Host)
		}
	}
	for _, host := range hosts {
		d.Forget(host)
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// authority hands over the certificate that apps must trust.
func (d *desk) authority(w http.ResponseWriter, _ *http.Request) error {
	return sendFile(w, "flagrante-ca.pem", "application/x-pem-file", d.CA)
}
