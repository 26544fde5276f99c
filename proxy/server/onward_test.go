package server_test

import (
	"fmt"
	"net/http"
	"testing"

	"flagrante/proxy"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

func TestPlainRequestsThroughAnUpstreamProxy(t *testing.T) {
	vendor := plainVendor(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, r.RequestURI, " ", r.Header.Get("Proxy-Authorization"), r.Header.Get("Proxy-Connection"), r.Header.Get("Via"), r.Header.Get("Connection"))
	})
	company := newStage(t)
	ours := newStageWith(t, func(_ *server.Options, o *upstream.Options) {
		o.Proxies = []upstream.ProxyRule{{Host: "*", URL: "http://loja@" + company.addr}}
		o.Pseudonym = "flagrante-ours"
	})
	client := ours.client()
	for _, path := range []string{"/a?b", "/c"} {
		resp, err := client.Get(vendor.URL + path)
		check(t, err)
		if got := read(t, resp); got != path+" " || resp.StatusCode != http.StatusTeapot {
			t.Errorf("%s: the vendor said %q with %s", path, got, resp.Status)
		}
		for name, s := range map[string]*stage{"ours": ours, "the company's": company} {
			if x := s.next(); x.Request.URL != vendor.URL+path || x.Response == nil || x.Response.Status != http.StatusTeapot {
				t.Errorf("%s recorded %s as %+v", name, x.Request.URL, x.Response)
			} else if x.Request.Header.Get("Host") == "" || x.Request.Header.Get("Proxy-Authorization") != "" || x.Request.Header.Get("Proxy-Connection") != "" {
				t.Errorf("%s recorded what is between proxies, or too little: %v", name, x.Request.Header)
			}
		}
	}
}

func TestAnUpstreamProxyThatWantsCredentialsIsNotTheVendor(t *testing.T) {
	company := plainVendor(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "challenged.example" {
			w.Header().Set("Proxy-Authenticate", "Basic realm=empresa")
		}
		w.WriteHeader(http.StatusProxyAuthRequired)
	})
	addr := company.Listener.Addr().String()
	for user, want := range map[string]string{
		"":      "the upstream proxy " + addr + " wants credentials, and none are configured (407)",
		"loja@": "the upstream proxy " + addr + " does not accept the configured credentials (407)",
	} {
		s := newStageWith(t, func(_ *server.Options, o *upstream.Options) {
			o.Proxies = []upstream.ProxyRule{{Host: "*", URL: "http://" + user + addr}}
		})
		resp, err := s.client().Get("http://challenged.example/saldo")
		check(t, err)
		if read(t, resp); resp.StatusCode != http.StatusProxyAuthRequired || resp.Header.Get("Proxy-Authenticate") == "" {
			t.Errorf("the app got %s with %v", resp.Status, resp.Header)
		}
		if x := s.next(); x.Response != nil || x.Err == nil || *x.Err != (proxy.Error{Type: "http_request_denied", Phase: proxy.PhaseConnect, Text: want}) {
			t.Errorf("recorded %+v, %v", x.Response, x.Err)
		}
		// Without a challenge it may be the vendor's own idea of a status.
		resp, err = s.client().Get("http://other.example/saldo")
		check(t, err)
		read(t, resp)
		if x := s.next(); x.Response == nil || x.Err != nil {
			t.Errorf("without a challenge recorded %+v, %v", x.Response, x.Err)
		}
	}
}
