package server

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"flagrante/proxy"
	"flagrante/proxy/fault"
	"flagrante/proxy/upstream"
)

// refuse is the handler for apps whose vendor can't be reached. It reads the
// request all the same, so that it is recorded, and says why there is no answer.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request) {
	t := tunnelIn(r)
	if r.TLS != nil {
		s.lessons.trust(t.target)
	}
	// This field was for us.
	r.Header.Del(proxyAuthorization)
	x := s.unanswered(t, w, r)
	s.observeUnreached(t, x)
	answerError(w, r.Host, x.Err)
}

func (s *Server) unanswered(t *tunnel, w http.ResponseWriter, r *http.Request) *proxy.Exchange {
	x := s.unreached(t)
	x.Request = proxy.Request{
		Method: r.Method, URL: absoluteURL(t, r), Proto: r.Proto,
		Header: append(proxy.Fields{{Name: "Host", Value: r.Host}}, proxy.FieldsOf(r.Header)...),
		Body:   s.read(w, r.Body),
	}
	x.Request.Trailer = proxy.FieldsOf(r.Trailer)
	return x
}

// unreached begins the record of a call whose vendor can't be reached.
func (s *Server) unreached(t *tunnel) *proxy.Exchange {
	start := s.opts.Now()
	x := &proxy.Exchange{ID: s.opts.NewID(start), Start: start, Tunnel: t.head, Err: fault.Cause(t.failure)}
	if t.peer != nil {
		x.Peer, x.Client = peerOf(t.peer)
	}
	if cause, ok := errors.AsType[*upstream.Error](t.failure); ok {
		x.Phases, x.Upstream = cause.Setup, cause.Upstream
	}
	x.Phases.Total = x.Phases.DNS + x.Phases.Connect + x.Phases.TLS
	return x
}

// tellUnreached records a tunnel whose vendor can't be reached, and in which no
// request can be read.
func (s *Server) tellUnreached(t *tunnel) {
	x := s.unreached(t)
	x.Request = connectRequest(t.target)
	s.observeUnreached(t, x)
}

// observeUnreached records a call, unless it is one of our own that came back: that one
// is recorded where it has come in at first.
func (s *Server) observeUnreached(t *tunnel, x *proxy.Exchange) {
	if errors.Is(t.failure, fault.ErrCameBack) {
		s.logCircle(t)
		return
	}
	s.opts.Observe(x)
}

// read takes what is captured of a body. The rest is left: nobody gets it. An app may
// send for as long as it has no answer, so it is not waited for when it pauses.
func (s *Server) read(w http.ResponseWriter, body io.Reader) proxy.Body {
	paced := &paced{Reader: body, conn: http.NewResponseController(w), pause: s.opts.Timeouts.Pause}
	data, err := io.ReadAll(io.LimitReader(paced, s.opts.BodyLimit+1))
	b := proxy.Body{Data: data, Size: int64(len(data)), Complete: err == nil}
	if b.Size > s.opts.BodyLimit {
		b.Data, b.Cut, b.Complete = data[:s.opts.BodyLimit], true, false
	}
	return b
}

// paced ends reading when nothing comes for a while.
type paced struct {
	io.Reader
	conn  *http.ResponseController
	pause time.Duration
}

func (p *paced) Read(b []byte) (int, error) {
	if err := p.conn.SetReadDeadline(deadlineIn(p.pause)); err != nil {
		return 0, err
	}
	return p.Reader.Read(b)
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
