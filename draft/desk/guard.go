package desk

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"flagrante/draft/desk/door"
)

// policy lets pages load what the desk itself serves, and nothing else; neither
// styles nor scripts can be written into a page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; " +
	"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secure sets the headers that every answer has.
func (d *desk) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// checkHost refuses names that we do not know: a foreign page could point its own
// name at our address (DNS rebinding) and would then be of our origin.
func (d *desk) checkHost(next http.Handler) http.Handler {
	refuse := d.serve(door.Route{Door: doorless, Handle: refuseHost})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.knows(r.Host) {
			next.ServeHTTP(w, r)
			return
		}
		refuse.ServeHTTP(w, r)
	})
}

// knows reports whether a Host field names this desk.
func (d *desk) knows(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	host = strings.TrimSuffix(host, ".")
	return slices.ContainsFunc(append([]string{"localhost"}, d.Hosts...), func(name string) bool {
		return strings.EqualFold(name, host)
	})
}

func refuseHost(http.ResponseWriter, *http.Request) error { return door.ErrForeignHost }

func refuseCrossOrigin(http.ResponseWriter, *http.Request) error { return door.ErrCrossOrigin }
