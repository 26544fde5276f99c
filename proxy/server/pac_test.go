package server_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestPAC(t *testing.T) {
	s := behindBalancer(t, ana)
	for host, want := range map[string]string{
		"10.0.0.1:8790":                 "10.0.0.1:8790",
		"proxy.loja.example:8790":       "proxy.loja.example:8790",
		"proxy":                         "proxy:80",
		"[2001:db8::1]:8790":            "[2001:db8::1]:8790",
		`a"+alert(1)+":8790`:            "",
		"a;b:1":                         "",
		"a:0":                           "",
		"a:99999":                       "",
		"":                              "",
		"-a:1":                          "",
		strings.Repeat("a", 300) + ":1": "",
	} {
		resp := ask(t, s.fromAfar(), "GET /proxy.pac HTTP/1.1\r\nHost: "+host+"\r\n\r\n")
		body := read(t, resp)
		if want == "" {
			if resp.StatusCode != http.StatusBadRequest {
				t.Errorf("Host %q: got %s, want 400", host, resp.Status)
			}
			continue
		}
		if !strings.Contains(body, `return "PROXY `+want+`";`) || resp.Header.Get("Content-Type") != "application/x-ns-proxy-autoconfig" {
			t.Errorf("Host %q: got %s %v:\n%s", host, resp.Status, resp.Header, body)
		}
	}
	s.none()
}

func TestTheRestOfTheSiteIsClosed(t *testing.T) {
	s := behindBalancer(t, ana)
	if resp := ask(t, s.fromAfar(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); resp.StatusCode != http.StatusProxyAuthRequired {
		t.Errorf("got %s, want 407", resp.Status)
	}
}
