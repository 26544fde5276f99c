package server

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"flagrante/proxy"
	"flagrante/proxy/fault"
	"flagrante/proxy/upstream"
)

// refuse is the handler for apps whose vendor can't be reached. It reads the
// request all the same, so that it is recorded, and says why there is no answer.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request) {
	t := tunnelIn(r)
	// This field was for us.
	r.Header.Del(proxyAuthorization)
	x := s.unanswered(t, r)
	s.opts.Observe(x)
	answerError(w, r.Host, x.Err)
}

func (s *Server) unanswered(t *tunnel, r *http.Request) *proxy.Exchange {
	start := s.opts.Now()
	x := &proxy.Exchange{ID: s.opts.NewID(start), Start: start, Tunnel: t.head, Err: fault.Cause(t.failure)}
	if t.peer != nil {
		x.Peer, x.Client = peerOf(t.peer)
	}
	x.Request = proxy.Request{
		Method: r.Method, URL: absoluteURL(t, r), Proto: r.Proto,
		Header: append(proxy.Fields{{Name: "Host", Value: r.Host}}, proxy.FieldsOf(r.Header)...),
		Body:   s.read(r.Body),
	}
	x.Request.Trailer = proxy.FieldsOf(r.Trailer)
	if cause, ok := errors.AsType[*upstream.Error](t.failure); ok {
		x.Phases, x.Upstream = cause.Setup, cause.Upstream
	}
	x.Phases.Total = x.Phases.DNS + x.Phases.Connect + x.Phases.TLS
	return x
}

// read takes what is captured of a body. The rest is left: nobody gets it.
func (s *Server) read(body io.Reader) proxy.Body {
	data, err := io.ReadAll(io.LimitReader(body, s.opts.BodyLimit+1))
	b := proxy.Body{Data: data, Size: int64(len(data)), Complete: err == nil}
	if b.Size > s.opts.BodyLimit {
		b.Data, b.Cut, b.Complete = data[:s.opts.BodyLimit], true, false
	}
	return b
}

// absoluteURL is the URL as the app means it: with the Host that it names, and
// without the port that the scheme implies.
func absoluteURL(t *tunnel, r *http.Request) string {
	host := r.Host
	if host == "" {
		host = t.target
	}
	host = strings.TrimSuffix(host, defaultPort(t.scheme))
	return (&url.URL{Scheme: t.scheme, Host: host, User: r.URL.User}).String() + r.URL.RequestURI()
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return ":443"
	}
	return ":80"
}

// tunnelIn returns the tunnel that a request came through.
func tunnelIn(r *http.Request) *tunnel {
	t, _ := r.Context().Value(tunnelKey{}).(*tunnel)
	return t
}
