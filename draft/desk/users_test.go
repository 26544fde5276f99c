package desk

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
	"flagrante/draft/desk/users"
)

// cheapLine is what users.Line makes, with a hash that costs next to nothing.
func cheapLine(name string, role users.Role) string {
	salt := []byte("salt of " + name)
	key := argon2.IDKey([]byte(passwordOf(name)), salt, 1, 8, 1, 32)
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("%s %s $argon2id$v=%d$m=8,t=1,p=1$%s$%s\n", name, role, argon2.Version, encode(salt), encode(key))
}

// team has a user of each role, named like it; the password is the name twice over.
func team(t *testing.T) *users.Users {
	t.Helper()
	var file strings.Builder
	for role := users.Viewer; role <= users.Admin; role++ {
		file.WriteString(cheapLine(role.String(), role))
	}
	all, err := users.Parse(strings.NewReader(file.String()))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func passwordOf(name string) string { return name + "-" + name }

func withTeam(all *users.Users) func(*service.Options) {
	return func(o *service.Options) { o.Users = all }
}

// logIn returns the cookie of a user.
func logIn(t *testing.T, h http.Handler, name string) string {
	t.Helper()
	form := url.Values{"user": {name}, "password": {passwordOf(name)}}
	w := ask(h, "POST", "/login", form.Encode(), "Authorization", "")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%s: got %d", name, w.Code)
	}
	c := cookieOf(t, w, door.CookieName)
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("cookie %+v", c)
	}
	return door.CookieName + "=" + c.Value
}

// mayOf says by the meaning of a route who may use it.
func mayOf(method, path string) users.Role {
	switch {
	case path == "/logout", path == "/name", strings.HasSuffix(path, "/session"), strings.HasSuffix(path, "/try"), strings.HasSuffix(path, "/trust"):
		return users.Viewer
	case strings.Contains(path, "/passthrough") && method != http.MethodGet, strings.HasPrefix(path, "/setup/") && method != http.MethodGet, strings.Contains(path, "/portals/") && method != http.MethodGet:
		return users.Admin
	case method == http.MethodGet && !strings.Contains(path, "/pictures"):
		return users.Viewer
	}
	return users.Reviewer
}

func TestEveryRouteAsksForTheRole(t *testing.T) {
	all := team(t)
	h := stored(t, withTeam(all))
	cookies := map[users.Role]string{}
	for role := users.Viewer; role <= users.Admin; role++ {
		cookies[role] = logIn(t, h, role.String())
	}
	for _, rt := range furnished(t).routes() {
		method, path := targetOf(rt.Pattern)
		if rt.Door == door.Everyone || strings.HasSuffix(path, "/events") {
			continue
		}
		for role, cookie := range cookies {
			r := httptest.NewRequest(method, path, strings.NewReader("{"))
			r.Host = "localhost"
			r.Header.Set("Cookie", cookie)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if refused := w.Code == http.StatusForbidden; refused != (role < mayOf(method, path)) {
				t.Errorf("%s %s as %s: got %d", method, path, role, w.Code)
			}
			if w.Code == http.StatusUnauthorized {
				t.Errorf("%s %s as %s is not let in", method, path, role)
			}
		}
	}
}

func TestAUsersCookie(t *testing.T) {
	all := team(t)
	now := noon
	h := openDesk(t, &memory{}, withTeam(all), func(o *service.Options) { o.Now = func() time.Time { return now } })
	cookie := logIn(t, h, "viewer")
	other := logIn(t, h, "admin")
	status := func(h http.Handler, cookie string) int {
		return ask(h, "GET", "/api/v1/session", "", "Authorization", "", "Cookie", cookie).Code
	}
	if got := ask(h, "GET", "/api/v1/session", "", "Authorization", "", "Cookie", cookie).Body.String(); got != `{"name":"viewer","role":"viewer"}`+"\n" {
		t.Errorf("it is %s", got)
	}
	parts, others := strings.Split(cookie, "."), strings.Split(strings.TrimPrefix(other, door.CookieName+"="), ".")
	for name, forged := range map[string]string{
		"another's name":  door.CookieName + "=" + others[0] + "." + parts[1] + "." + parts[2],
		"a later end":     parts[0] + ".99999999999." + parts[2],
		"no code":         parts[0] + "." + parts[1] + ".",
		"the token's own": door.CookieName + "=" + token,
	} {
		if got := status(h, forged); got != http.StatusUnauthorized {
			t.Errorf("%s: got %d", name, got)
		}
	}
	changed, err := users.Parse(strings.NewReader(cheapLine("viewer", users.Admin)))
	if err != nil {
		t.Fatal(err)
	}
	if got := status(openDesk(t, &memory{}, withTeam(changed)), cookie); got != http.StatusUnauthorized {
		t.Errorf("after the role changed: got %d", got)
	}
	if got := status(openDesk(t, &memory{}), cookie); got != http.StatusUnauthorized {
		t.Errorf("without the users file: got %d", got)
	}
	now = now.Add(door.CookieAge)
	if got := status(h, cookie); got != http.StatusUnauthorized {
		t.Errorf("after its time: got %d", got)
	}
}

func TestPasswordsCanNotBeGuessed(t *testing.T) {
	h := openDesk(t, &memory{}, withTeam(team(t)))
	try := func(body string) int {
		return ask(h, "POST", "/api/v1/session", body, "Authorization", "", "Content-Type", "application/json").Code
	}
	for i := range door.LimitTries - 1 {
		if got := try(`{"name":"viewer","password":"wrong"}`); got != http.StatusUnauthorized {
			t.Fatalf("try %d: got %d", i, got)
		}
	}
	if got := try(`{"name":"viewer","password":"viewer-viewer"}`); got != http.StatusOK {
		t.Errorf("the right one: got %d", got)
	}
	if got := try(`{"name":"nobody","password":"wrong"}`); got != http.StatusUnauthorized {
		t.Errorf("an unknown name: got %d", got)
	}
	if got := try(`{"name":"viewer","password":"viewer-viewer"}`); got != http.StatusTooManyRequests {
		t.Errorf("after too many: got %d", got)
	}
}

func TestWithoutUsersThereAreNoPasswords(t *testing.T) {
	h := openDesk(t, &memory{})
	if w := ask(h, "POST", "/login", "user=desk&password=", "Authorization", ""); w.Code != http.StatusUnauthorized {
		t.Errorf("got %d", w.Code)
	}
}

func TestWhoHasTheTokenMayGiveAName(t *testing.T) {
	name := func(h http.Handler, cookies string) string {
		return ask(h, "GET", "/api/v1/session", "", "Authorization", "", "Cookie", cookies).Body.String()
	}
	log := func(h http.Handler, name string) string {
		w := ask(h, "POST", "/login", url.Values{"token": {token}, "name": {name}}.Encode(), "Authorization", "")
		var cookies []string
		for _, c := range w.Result().Cookies() {
			cookies = append(cookies, c.Name+"="+c.Value)
		}
		return strings.Join(cookies, "; ")
	}
	h := openDesk(t, &memory{})
	if got := name(h, log(h, "Ana María")); !strings.HasPrefix(got, `{"name":"Ana María"`) {
		t.Errorf("called %s", got)
	}
	if got := name(h, log(h, "a\u202eb")); !strings.HasPrefix(got, `{"name":"desk"`) {
		t.Errorf("a hostile name: %s", got)
	}
	guarded := openDesk(t, &memory{}, withTeam(team(t)))
	if got := name(guarded, log(guarded, "viewer")); !strings.HasPrefix(got, `{"name":"desk"`) {
		t.Errorf("takes the name of a user: %s", got)
	}
}

func TestLoggingOut(t *testing.T) {
	h := openDesk(t, &memory{}, withTeam(team(t)))
	w := ask(h, "POST", "/logout", "", "Authorization", "", "Cookie", logIn(t, h, "viewer"))
	if c := cookieOf(t, w, door.CookieName); w.Code != http.StatusSeeOther || c.Value != "" || c.MaxAge >= 0 {
		t.Errorf("got %d, cookie %+v", w.Code, c)
	}
}
