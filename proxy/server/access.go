package server

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"flagrante/proxy/socks"
)

// Access says who may use the proxy besides those on this machine, who always
// may. Its zero value lets nobody else in.
type Access struct {
	// Allow are networks from which everybody may.
	Allow []netip.Prefix
	// Users may from anywhere.
	Users []User
}

// User is known by a name and a password, as in the Basic scheme (RFC 7617).
type User struct {
	Name     string
	Password string
}

// Closed reports whether nobody from another machine may use the proxy.
func (a Access) Closed() bool { return len(a.Allow)+len(a.Users) == 0 }

// trusts reports whether who is on the other end needs no password. Behind the
// PROXY protocol that is the one for whom the connection was made.
func (a Access) trusts(c net.Conn) bool {
	if c == nil {
		return false
	}
	_, client := peerOf(c)
	addr := client.Addr().WithZone("")
	return addr.IsLoopback() || within(a.Allow, addr)
}

// knows compares with all users, each in constant time, so that the time taken
// tells nothing of names and passwords.
func (a Access) knows(name, password string) bool {
	known := 0
	for _, u := range a.Users {
		known |= same(u.Name, name) & same(u.Password, password)
	}
	return known == 1
}

// same hides lengths too.
func same(a, b string) int {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:])
}

// proves reports whether a value of Proxy-Authorization is that of a user.
func (a Access) proves(value string) bool {
	scheme, encoded, _ := strings.Cut(value, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return false
	}
	text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return false
	}
	name, password, ok := strings.Cut(string(text), ":")
	return ok && a.knows(name, password)
}

const proxyAuthorization = "Proxy-Authorization"

// admit reports whether the request whose head was read may pass. Who had to
// show a password gets no bytes through that can't be told from a head, which
// might hold it.
func (a *absolute) admit(access Access) bool {
	if access.trusts(a.Conn) {
		return true
	}
	a.strict = true
	return access.proves(fieldIn(a.original, proxyAuthorization))
}

// errUnclear ends the reading of a connection whose bytes may hold a password.
var errUnclear = errors.New("the end of the request can't be told")

// fieldIn returns the first value of a field in a head as it was sent.
func fieldIn(head []byte, name string) string {
	for line := range bytes.Lines(head) {
		field, value, ok := bytes.Cut(line, []byte(":"))
		if ok && strings.EqualFold(string(field), name) {
			return string(bytes.TrimSpace(value))
		}
	}
	return ""
}

// guardFront lets h have the requests of those who may use the proxy. The field
// with the password ends here.
func (s *Server) guardFront(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		peer, _ := r.Context().Value(peerKey{}).(net.Conn)
		value := r.Header.Get(proxyAuthorization)
		r.Header.Del(proxyAuthorization)
		if s.opts.Access.trusts(peer) || s.opts.Access.proves(value) {
			h(w, r)
			return
		}
		s.logRefused(peer)
		s.turnAway(w)
	}
}

// turnAway refuses a request: with a way in when there is one.
func (s *Server) turnAway(w http.ResponseWriter) {
	status, text := http.StatusForbidden, "This proxy is not for your address. Whoever runs flagrante can add it to proxy.allow.\n"
	if len(s.opts.Access.Users) > 0 {
		w.Header().Set("Proxy-Authenticate", `Basic realm="flagrante", charset="UTF-8"`)
		status, text = http.StatusProxyAuthRequired, "This proxy wants a user name and a password.\n"
	}
	w.Header().Set("Proxy-Status", "flagrante; error=http_request_denied")
	plainAnswer(w, status, text)
}

func (s *Server) logRefused(peer net.Conn) {
	_, client := peerOf(peer)
	s.opts.Log.Warn().Stringer("address", client.Addr()).Msg("somebody who may not use the proxy was turned away")
}

// socksAccess is what holds for the other end of c.
func (a Access) socksAccess(c net.Conn) socks.Access {
	access := socks.Access{Open: a.trusts(c)}
	if len(a.Users) > 0 {
		access.Known = a.knows
	}
	return access
}
