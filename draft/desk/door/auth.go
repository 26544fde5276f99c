package door

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
	// CookieName is the cookie of who is logged in.
	CookieName = "flagrante_desk"
	// NameCookie holds what whoever has the token wants to be called.
	NameCookie = "flagrante_name"
	// CookieAge is how long a browser stays logged in.
	CookieAge = 30 * 24 * time.Hour
)

// Who changes drafts when nobody gives a name: on the pages, and through the API.
const (
	deskActor = "desk"
	apiActor  = "api"
)

// Visitor is who asks.
type Visitor struct {
	// Name stands in the histories of drafts.
	Name string
	Role users.Role
	// Known says that the name was proved with a password.
	Known bool
}

// May reports whether the visitor may change drafts.
func (v Visitor) May() bool { return v.Role >= users.Reviewer }

// visitorKey is the key under which a request carries who asks.
type visitorKey struct{}

// VisitorOf is who sent a request, nobody where that was not asked yet.
func VisitorOf(r *http.Request) Visitor {
	v, _ := r.Context().Value(visitorKey{}).(Visitor)
	return v
}

// Actor is who changes something: the user, or whom somebody with the token names.
func Actor(r *http.Request, named string) string {
	v := VisitorOf(r)
	if v.Known || named == "" {
		return v.Name
	}
	return named
}

// Auth knows the token and the users, and who tried a wrong password.
type Auth struct {
	token  [sha256.Size]byte
	cookie string
	// key signs the cookies of users.
	key   []byte
	users *users.Users
	now   func() time.Time
	limit *limiter
}

// NewAuth knows a token, and the users, nil where there are none.
func NewAuth(token string, known *users.Users, now func() time.Time) Auth {
	return Auth{
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

// Check returns who asks when the request carries the token or a cookie.
func (a *Auth) Check(r *http.Request) (Visitor, error) {
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return a.owner(r), a.Try(r, strings.TrimSpace(token))
	}
	for _, c := range r.CookiesNamed(CookieName) {
		if hmac.Equal([]byte(c.Value), []byte(a.cookie)) {
			return a.owner(r), nil
		}
		if u, ok := a.user(c.Value); ok {
			return Visitor{u.Name, u.Role, true}, nil
		}
	}
	return Visitor{}, ErrUnauthorized
}

// owner is whoever has the token, which only those get who may read the data folder.
// Where there are users, names are theirs alone.
func (a *Auth) owner(r *http.Request) Visitor {
	v := Visitor{Name: deskActor, Role: users.Admin}
	if r.Header.Get("Authorization") != "" {
		v.Name = apiActor
	}
	if c, err := r.Cookie(NameCookie); err == nil && a.users == nil {
		if name, err := base64.RawURLEncoding.DecodeString(c.Value); err == nil && NamesSomebody(string(name)) {
			v.Name = string(name)
		}
	}
	return v
}

// NamesSomebody reports whether a text can stand for a person: a short line.
func NamesSomebody(name string) bool {
	return name != "" && utf8.ValidString(name) && utf8.RuneCountInString(name) <= users.MaxName &&
		!strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsGraphic(r) })
}

// Try compares a token in constant time: both sides are hashed first, so that
// not even the length shows. Too many wrong ones close the door for a while.
func (a *Auth) Try(r *http.Request, token string) error {
	peer := peerOf(r)
	if a.limit.closed(peer) {
		return ErrTooMany
	}
	sum := sha256.Sum256([]byte(token))
	if !hmac.Equal(sum[:], a.token[:]) {
		a.limit.failed(peer)
		return errWrongToken
	}
	return nil
}

// TryUser looks at a name and a password. Each look is counted before it is made:
// those that are made at the same time must not be more than the limit.
func (a *Auth) TryUser(r *http.Request, name, password string) (users.User, error) {
	peer := peerOf(r)
	if a.limit.closed(peer) {
		return users.User{}, ErrTooMany
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

// Remember sets the cookie of whoever has the token. Its value is derived from the
// token, from which the token cannot be found.
func (a *Auth) Remember(w http.ResponseWriter, r *http.Request) {
	SetCookie(w, r, CookieName, a.cookie)
}

// RememberUser sets the cookie of a user: the name, until when it holds, and a code
// of both that only we can make. A changed password or role ends it.
func (a *Auth) RememberUser(w http.ResponseWriter, r *http.Request, u users.User) {
	until := strconv.FormatInt(a.now().Add(CookieAge).Unix(), 10)
	name := base64.RawURLEncoding.EncodeToString([]byte(u.Name))
	SetCookie(w, r, CookieName, name+"."+until+"."+a.code(u, until))
}

func (a *Auth) code(u users.User, until string) string {
	mac := hmac.New(sha256.New, a.key)
	mac.Write([]byte(u.Mark() + "." + until))
	return hex.EncodeToString(mac.Sum(nil))
}

// user returns the user whose cookie has a value.
func (a *Auth) user(cookie string) (users.User, bool) {
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

// ForgetVisitor has the browser forget who it was.
func ForgetVisitor(w http.ResponseWriter, r *http.Request) {
	SetCookie(w, r, CookieName, "")
	SetCookie(w, r, NameCookie, "")
}

// SetCookie sets a cookie for all pages, for as long as a browser stays logged in; an
// empty value takes it away.
func SetCookie(w http.ResponseWriter, r *http.Request, name, value string) {
	age := int(CookieAge.Seconds())
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

// WithVisitor notes in a request who asks.
func WithVisitor(r *http.Request, v Visitor) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), visitorKey{}, v))
}
