package desk

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHosts(t *testing.T) {
	h := openDesk(t, &memory{})
	for host, want := range map[string]int{
		"127.0.0.1:8791": 200, "localhost:8791": 200, "LOCALHOST": 200, "[::1]:8791": 200, "[::1]": 200, "192.168.0.7": 200,
		"desk.example:8791": 200, "Desk.Example.": 200,
		"evil.example": 421, "localhost.evil.example": 421, "127.0.0.1.evil.example:8791": 421, "evil.example:desk.example": 421, "": 421, "[::1].evil.example": 421,
	} {
		for _, path := range []string{"/", "/healthz", "/api/v1/status"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Host = host
			r.Header.Set("Authorization", "Bearer "+token)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != want {
				t.Errorf("Host %q, %s: got %d, want %d", host, path, w.Code, want)
			}
		}
	}
}

func TestCrossOriginPostsAreRefused(t *testing.T) {
	m := &memory{drafts: samples()}
	h := openDesk(t, m)
	for _, path := range []string{"/login", "/drafts/d-k3f9qa2m/export/banco", "/api/v1/drafts/d-k3f9qa2m/export/banco"} {
		for _, field := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
			w := ask(h, "POST", path, "token="+token, field[0], field[1])
			if w.Code != http.StatusForbidden {
				t.Errorf("%s with %v: %d", path, field, w.Code)
			}
		}
	}
	if len(m.sent) != 0 {
		t.Errorf("sent %d drafts", len(m.sent))
	}
}

func TestEveryAnswerHasTheHeaders(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	want := map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
	}
	for _, path := range []string{"/", "/login", "/drafts/d-k3f9qa2m", "/drafts/none", "/api/v1/drafts", "/healthz", "/login?token=x"} {
		w := ask(h, "GET", path, "")
		for name, value := range want {
			if got := w.Header().Get(name); got != value {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'; ") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
}
