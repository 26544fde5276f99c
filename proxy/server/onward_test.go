package server_test

import (
	"fmt"
	"net/http"
	"testing"

	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

func TestPlainRequestsThroughAnUpstreamProxy(t *testing.T) {
	vendor := plainVendor(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, r.RequestURI, " ", r.Header.Get("Proxy-Authorization"))
	})
	company := newStage(t)
	ours := newStageWith(t, func(_ *server.Options, o *upstream.Options) {
		o.Proxies = []upstream.ProxyRule{{Host: "*", URL: "http://loja@" + company.addr}}
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
			}
		}
	}
}
