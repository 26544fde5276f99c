package desk

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"flagrante/draft/desk/door"
)

// targetOf makes a request line of a pattern.
func targetOf(pattern string) (method, path string) {
	method, path, found := strings.Cut(pattern, " ")
	if !found {
		method, path = http.MethodGet, pattern+"no/such/thing"
	}
	path = strings.ReplaceAll(path, "{$}", "")
	return method, regexp.MustCompile(`\{\w+\}`).ReplaceAllString(path, "x")
}

// furnished is a desk whose table can be read.
func furnished(t *testing.T) *desk {
	t.Helper()
	d, err := furnish(optionsOf(t, &memory{}))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEveryRouteIsClosedWithoutTheToken(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	peer := netip.MustParseAddr("192.0.2.1")
	for _, r := range furnished(t).routes() {
		if r.Door == door.Everyone {
			continue
		}
		for _, credentials := range []struct{ name, field, value string }{
			{"none", "X-None", ""},
			{"wrong bearer", "Authorization", "Bearer wrong"},
			{"basic", "Authorization", "Basic " + token},
			{"the token as cookie", "Cookie", door.CookieName + "=" + token},
			{"empty cookie", "Cookie", door.CookieName + "="},
		} {
			t.Run(r.Pattern+" with "+credentials.name, func(t *testing.T) {
				method, path := targetOf(r.Pattern)
				req := httptest.NewRequest(method, path, nil)
				// Those who guess from one address are stopped from guessing on.
				peer = peer.Next()
				req.Host, req.RemoteAddr = "localhost", netip.AddrPortFrom(peer, 99).String()
				req.Header.Set(credentials.field, credentials.value)
				w := httptest.NewRecorder()
				h.ServeHTTP(w, req)
				want := http.StatusUnauthorized
				if r.Door == door.People && credentials.name != "wrong bearer" {
					want = http.StatusSeeOther
				}
				if w.Code != want {
					t.Fatalf("got %d, want %d", w.Code, want)
				}
				if want == http.StatusSeeOther && !strings.HasPrefix(w.Header().Get("Location"), "/login") {
					t.Errorf("led to %s", w.Header().Get("Location"))
				}
				if r.Door == door.Programs && !strings.HasPrefix(w.Body.String(), `{"error":"`) {
					t.Errorf("answered %s", w.Body)
				}
				if strings.Contains(w.Body.String(), "banco") {
					t.Errorf("showed a draft: %s", w.Body)
				}
			})
		}
	}
}

func TestOpenRoutesShowNothingOfAUser(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	for _, path := range []string{"/healthz", "/readyz", "/login", "/assets/desk.css"} {
		w := ask(h, "GET", path, "", "Authorization", "")
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "312") || strings.Contains(w.Body.String(), "1.2.3") {
			t.Errorf("%s answered %d: %s", path, w.Code, w.Body)
		}
	}
}

func TestUnknownPaths(t *testing.T) {
	h := openDesk(t, &memory{})
	for path, kind := range map[string]string{
		"/nowhere": "text/html", "/drafts/none": "text/html", "/assets/none.js": "text/html",
		"/api/nowhere": "application/json", "/api/v1/drafts/none": "application/json", "/api/v1/failures/none": "application/json",
	} {
		w := ask(h, "GET", path, "")
		if w.Code != http.StatusNotFound || !strings.HasPrefix(w.Header().Get("Content-Type"), kind) {
			t.Errorf("%s: got %d %s", path, w.Code, w.Header().Get("Content-Type"))
		}
	}
}
