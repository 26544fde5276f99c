package desk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

const (
	cookieName = "flagrante_desk"
	// cookieAge is how long a browser stays logged in.
	cookieAge = 30 * 24 * time.Hour
)

// auth knows the token, and who tried a wrong one.
type auth struct {
	token  [sha256.Size]byte
	cookie string
	limit  *limiter
}

func newAuth(token string, now func() time.Time) auth {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("flagrante desk cookie 1"))
	return auth{
		token:  sha256.Sum256([]byte(token)),
		cookie: hex.EncodeToString(mac.Sum(nil)),
		limit:  newLimiter(now),
	}
}

// check returns nil when the request carries the token or the cookie.
func (a *auth) check(r *http.Request) error {
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return a.try(r, strings.TrimSpace(token))
	}
	if a.remembered(r) {
		return nil
	}
	return errUnauthorized
}

// remembered reports whether the browser logged in before.
func (a *auth) remembered(r *http.Request) bool {
	for _, c := range r.CookiesNamed(cookieName) {
		if hmac.Equal([]byte(c.Value), []byte(a.cookie)) {
			return true
		}
	}
	return false
}

// try compares a token in constant time: both sides are hashed first, so that
// not even the length shows. Too many wrong ones close the door for a while.
func (a *auth) try(r *http.Request, token string) error {
	peer := peerOf(r)
	if a.limit.closed(peer) {
		return errTooMany
	}
	sum := sha256.Sum256([]byte(token))
	if !hmac.Equal(sum[:], a.token[:]) {
		a.limit.failed(peer)
		return errWrongToken
	}
	return nil
}

// remember sets the cookie. Its value is derived from the token, from which the
// token cannot be found.
func (a *auth) remember(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: a.cookie, Path: "/", MaxAge: int(cookieAge.Seconds()),
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode,
	})
}

// peerOf returns the address of the network peer, the zero address when it has
// none.
func peerOf(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return peer.Addr().Unmap().WithZone("")
}
