package page

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
)

// mistrustView is the data of the notice about apps that do not trust us.
type mistrustView struct {
	Hosts []mistrusted
	CA    string
	// Trust are the lines that make an app trust the authority.
	Trust string
}

// mistrusted is one host of the notice.
type mistrusted struct {
	service.Passthrough
	// Left is how many minutes it still is not intercepted, at least one.
	Left int64
}

// mistrust returns what the notice says, the host with the last rejection first.
func (d *Pages) mistrust() mistrustView {
	v := mistrustView{CA: d.CAPath, Trust: trustLines(d.CAPath)}
	for _, p := range d.Learned() {
		left := p.Until.Sub(d.Now())
		v.Hosts = append(v.Hosts, mistrusted{p, int64(max(left+time.Minute-1, time.Minute) / time.Minute)})
	}
	slices.SortStableFunc(v.Hosts, func(a, b mistrusted) int {
		return cmp.Or(b.LastRejection.Compare(a.LastRejection), strings.Compare(a.Host, b.Host))
	})
	return v
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
func (d *Pages) forget(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	hosts := r.PostForm["host"]
	if r.PostForm.Has("all") {
		for _, p := range d.Learned() {
			hosts = append(hosts, p.Host)
		}
	}
	for _, host := range hosts {
		d.Forget(host)
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}
