package desk

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"

	"golang.org/x/net/html"
)

// cookieOf returns the cookie that an answer sets.
func cookieOf(t *testing.T, w *httptest.ResponseRecorder, name string) *http.Cookie {
	t.Helper()
	for _, c := range w.Result().Cookies() {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no cookie %s in %v", name, w.Header())
	return nil
}

func TestThePrintedLinkLogsIn(t *testing.T) {
	h := openDesk(t, &memory{})
	w := ask(h, "GET", "/login?token="+token+"&next=/drafts/d-1", "", "Authorization", "")
	if w.Code != http.StatusOK {
		t.Fatalf("got %d", w.Code)
	}
	c := cookieOf(t, w, door.CookieName)
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || strings.Contains(c.Value, token) || len(c.Value) != 64 {
		t.Errorf("cookie %+v", c)
	}
	if strings.Contains(w.Body.String(), token) {
		t.Error("the page repeats the token")
	}
	if got := refreshOf(t, w.Body.String()); got != "0; url=/drafts/d-1" {
		t.Errorf("the page moves on to %q", got)
	}
	if w = ask(h, "GET", "/", "", "Authorization", "", "Cookie", c.String()); w.Code != http.StatusOK {
		t.Errorf("with the cookie: %d", w.Code)
	}
	other := openDesk(t, &memory{}, func(o *service.Options) { o.Token = "another" })
	if w = ask(other, "GET", "/", "", "Authorization", "", "Cookie", c.String()); w.Code != http.StatusSeeOther {
		t.Errorf("after a change of the token: %d", w.Code)
	}
}

// refreshOf returns where a page moves on to by itself.
func refreshOf(t *testing.T, page string) string {
	t.Helper()
	for n := range parse(t, page).Descendants() {
		if n.Type == html.ElementNode && n.Data == "meta" && attr(n, "http-equiv") == "refresh" {
			return attr(n, "content")
		}
	}
	return ""
}

func TestTheFormLogsIn(t *testing.T) {
	h := openDesk(t, &memory{})
	body := url.Values{"token": {" " + token + "\n"}, "next": {"/drafts/d-1?lang=en"}}.Encode()
	w := ask(h, "POST", "/login", body, "Authorization", "", "Origin", "http://127.0.0.1:8791")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/drafts/d-1?lang=en" {
		t.Errorf("got %d to %s", w.Code, w.Header().Get("Location"))
	}
	cookieOf(t, w, door.CookieName)
}

func TestGuessingIsSlowed(t *testing.T) {
	clock := noon
	h := openDesk(t, &memory{}, func(o *service.Options) { o.Now = func() time.Time { return clock } })
	for range door.LimitTries {
		if w := ask(h, "POST", "/login", "token=guess", "Authorization", ""); w.Code != http.StatusUnauthorized {
			t.Fatalf("a guess got %d", w.Code)
		}
	}
	for _, try := range []string{"token=guess", "token=" + token} {
		w := ask(h, "POST", "/login", try, "Authorization", "")
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "60" {
			t.Errorf("after too many: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
	}
	if w := ask(h, "GET", "/api/v1/status", ""); w.Code != http.StatusTooManyRequests {
		t.Errorf("the API lets guess on: %d", w.Code)
	}
	clock = clock.Add(door.LimitWindow)
	if w := ask(h, "POST", "/login", "token="+token, "Authorization", ""); w.Code != http.StatusSeeOther {
		t.Errorf("after the window: %d", w.Code)
	}
}

func TestAnotherSiteCannotCloseTheDoor(t *testing.T) {
	h := openDesk(t, &memory{})
	for range 2 * door.LimitTries {
		w := ask(h, "GET", "/login?token=guess", "", "Authorization", "", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "image")
		if w.Code != http.StatusForbidden {
			t.Fatalf("a picture of another site got %d", w.Code)
		}
	}
	w := ask(h, "GET", "/login?token="+token, "", "Authorization", "", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "document")
	if w.Code != http.StatusOK {
		t.Errorf("the link in a chat got %d", w.Code)
	}
}

func TestALinkFromAnotherSiteKeepsTheLogin(t *testing.T) {
	h := openDesk(t, &memory{})
	w := ask(h, "GET", "/drafts/d-1?lang=en", "", "Authorization", "", "Sec-Fetch-Site", "cross-site")
	if got := refreshOf(t, w.Body.String()); w.Code != http.StatusOK || got != "0; url=/drafts/d-1?lang=en" {
		t.Errorf("got %d, moves on to %q", w.Code, got)
	}
}
