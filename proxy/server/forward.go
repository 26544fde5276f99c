package server

import (
	"net"
	"net/http"
	"net/http/httputil"
)

// newForwarder sends requests on and answers back, byte by byte as they come.
func (s *Server) newForwarder() http.Handler {
	forward := &httputil.ReverseProxy{
		Rewrite:       rewrite,
		Transport:     &observed{opts: s.opts, shared: s.dialer.shared},
		FlushInterval: -1,
		ErrorHandler:  answerError,
		ErrorLog:      quietLog(s.opts.Log),
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// An app may send its body while it reads the answer. HTTP/2 always lets
		// it, and has no switch for it.
		_ = http.NewResponseController(w).EnableFullDuplex()
		forward.ServeHTTP(w, r)
	})
}

// rewrite puts back what httputil takes away for the sake of reverse proxies,
// and names the vendor.
func rewrite(r *httputil.ProxyRequest) {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
		if values, ok := r.In.Header[name]; ok {
			r.Out.Header[name] = values
		}
	}
	r.Out.URL.RawQuery = r.In.URL.RawQuery
	r.Out.Host = r.In.Host
	if t := tunnelIn(r.In); t != nil {
		r.Out.URL.Scheme, r.Out.URL.Host = t.scheme, t.target
	}
}

// tunnelIn returns the tunnel that a request came through, nil for none.
func tunnelIn(r *http.Request) *tunnel {
	t, _ := r.Context().Value(tunnelKey{}).(*tunnel)
	return t
}

// connOf returns the connection of the app to the proxy.
func connOf(r *http.Request) net.Conn {
	if t := tunnelIn(r); t != nil {
		return t.peer
	}
	c, _ := r.Context().Value(peerKey{}).(net.Conn)
	return c
}
