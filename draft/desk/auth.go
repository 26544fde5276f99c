package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"flagrante/draft/desk/users"
)

const (
	cookieName = "flagrante_desk"
	// nameCookie holds what whoever has the token wants to be called.
	nameCookie = "flagrante_name"
	// cookieAge is how long a browser stays logged in.
	cookieAge = 30 * 24 * time.Hour
)

// Who changes drafts when nobody gives a name: on the pages, and through the API.
const (
	deskActor = "desk"
	apiActor  = "api"
)

// visitor is who asks.
type visitor struct {
	// Name stands in the histories of drafts.
	Name string
	Role users.Role
	// Known says that the name was proved with a password.
	Known bool
}

// may reports whether the visitor may change drafts.
func (v visitor) may() bool { return v.Role >= users.Reviewer }

// visitorKey is the key under which a request carries who asks.
type visitorKey struct{}

func visitorOf(r *http.Request) visitor {
	v, _ := r.Context().Value(visitorKey{}).(visitor)
	return v
}

// actor is who changes something: the user, or whom somebody with the token names.
func actor(r *http.Request, named string) string {
	v := visitorOf(r)
	if v.Known || named == "" {
		return v.Name
	}
	return named
}

// auth knows the token and the users, and who tried a wrong password.
type auth struct {
	token  [sha256.Size]byte
	cookie string
	// key signs the cookies of users.
	key   []byte
	users *users.Users
	now   func() time.Time
	limit *limiter
}

func newAuth(token string, known *users.Users, now func() time.Time) auth {
	return auth{
		token:  sha256.Sum256([]byte(token)),
		cookie: hex.EncodeToString(derive(token, "flagrante desk cookie 1")),
		key:    derive(token, "flagrante desk users 1"),
		users:  known, now: now, limit: newLimiter(now),
	}
}

func derive(token, use string) []byte {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte(use))
	return mac.Sum(nil)
}

// check returns who asks when the request carries the token or a cookie.
func (a *auth) check(r *http.Request) (visitor, error) {
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return a.owner(r), a.try(r, strings.TrimSpace(token))
	}
	for _, c := range r.CookiesNamed(cookieName) {
		if hmac.Equal([]byte(c.Value), []byte(a.cookie)) {
			return a.owner(r), nil
		}
		if u, ok := a.user(c.Value); ok {
			return visitor{u.Name, u.Role, true}, nil
		}
	}
	return visitor{}, errUnauthorized
}

// owner is whoever has the token, which only those get who may read the data folder.
// Where there are users, names are theirs alone.
func (a *auth) owner(r *http.Request) visitor {
	v := visitor{Name: deskActor, Role: users.Admin}
	if r.Header.Get("Authorization") != "" {
		v.Name = apiActor
	}
	if c, err := r.Cookie(nameCookie); err == nil && a.users == nil {
		if name, err := base64.RawURLEncoding.DecodeString(c.Value); err == nil && namesSomebody(string(name)) {
			v.Name = string(name)
		}
	}
	return v
}

// namesSomebody reports whether a text can stand for a person: a short line.
func namesSomebody(name string) bool {
	return name != "" && utf8.ValidString(name) && utf8.RuneCountInString(name) <= users.MaxName &&
		!strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) })
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

// tryUser looks at a name and a password. Each look is counted before it is made:
// those that are made at the same time must not be more than the limit.
func (a *auth) tryUser(r *http.Request, name, password string) (users.User, error) {
	peer := peerOf(r)
	if a.limit.closed(peer) {
		return users.User{}, errTooMany
	}
	a.limit.failed(peer)
	if a.users == nil {
		return users.User{}, errWrongPassword
	}
	u, ok := a.users.Check(name, password)
	if !ok {
		return users.User{}, errWrongPassword
	}
	a.limit.forgive(peer)
	return u, nil
}

// remember sets the cookie of whoever has the token. Its value is derived from the
// token, from which the token cannot be found.
func (a *auth) remember(w http.ResponseWriter, r *http.Request) {
	setCookie(w, r, cookieName, a.cookie)
}

// rememberUser sets the cookie of a user: the name, until when it holds, and a code
// of both that only we can make. A changed password or role ends it.
func (a *auth) rememberUser(w http.ResponseWriter, r *http.Request, u users.User) {
	until := strconv.FormatInt(a.now().Add(cookieAge).Unix(), 10)
	name := base64.RawURLEncoding.EncodeToString([]byte(u.Name))
	setCookie(w, r, cookieName, name+"."+until+"."+a.code(u, until))
}

func (a *auth) code(u users.User, until string) string {
	mac := hmac.New(sha256.New, a.key)
	mac.Write([]byte(u.Mark() + "." + until))
	return hex.EncodeToString(mac.Sum(nil))
}

// user returns the user whose cookie has a value.
func (a *auth) user(cookie string) (users.User, bool) {
	parts := strings.Split(cookie, ".")
	if a.users == nil || len(parts) != 3 {
		return users.User{}, false
	}
	name, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return users.User{}, false
	}
	u, ok := a.users.Find(string(name))
	if !ok || !hmac.Equal([]byte(parts[2]), []byte(a.code(u, parts[1]))) {
		return users.User{}, false
	}
	until, err := strconv.ParseInt(parts[1], 10, 64)
	return u, err == nil && a.now().Before(time.Unix(until, 0))
}

// forgetVisitor has the browser forget who it was.
func forgetVisitor(w http.ResponseWriter, r *http.Request) {
	setCookie(w, r, cookieName, "")
	setCookie(w, r, nameCookie, "")
}

// setCookie sets a cookie for all pages, for as long as a browser stays logged in; an
// empty value takes it away.
func setCookie(w http.ResponseWriter, r *http.Request, name, value string) {
	age := int(cookieAge.Seconds())
	if value == "" {
		age = -1
	}
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age,
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

// withVisitor notes in a request who asks.
func withVisitor(r *http.Request, v visitor) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), visitorKey{}, v))
}
