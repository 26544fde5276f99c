package server

import (
	"errors"
	"io"
	"net"
	"sync"

	"flagrante/proxy"
	"flagrante/proxy/fault"
	"flagrante/proxy/tap"
)

// sealed is the tap of a tunnel that is not intercepted. All that it can tell is
// whether the vendor broke off before it said anything.
type sealed struct {
	blind
	opts tap.Options
	mu   sync.Mutex
	// exchange is the CONNECT, until its end is known.
	exchange *proxy.Exchange
	asked    bool
	// spoke is set when the vendor has, and later counts what the app sent since.
	spoke bool
	later int
	// turnedDown is called when the app does not accept the vendor's own
	// certificate either, once.
	turnedDown func()
}

// farewell is more, in bytes, than an app sends that ends a TLS handshake with an
// alert, and less than one sends that has finished it (RFC 8446, section 4.4.4).
const farewell = 56

func newSealed(o tap.Options, c tap.Conn, turnedDown func()) *sealed {
	start := o.Now()
	return &sealed{opts: o, turnedDown: turnedDown, exchange: &proxy.Exchange{
		ID: o.NewID(start), Start: start, Client: c.Client, Peer: c.Peer, Tunnel: c.Tunnel,
		Request: connectRequest(c.Authority), Upstream: c.Upstream, Phases: c.Setup,
	}}
}

// connectRequest is what stands for the calls of a tunnel that nobody can read.
func connectRequest(target string) proxy.Request {
	return proxy.Request{Method: "CONNECT", URL: "https://" + target, Proto: "HTTP/1.1", Body: proxy.Body{Complete: true}}
}

func (s *sealed) App(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = true
	if s.spoke {
		s.later += len(p)
	}
}

func (s *sealed) Vendor([]byte) {
	s.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spoke = true
}

func (s *sealed) AppEnded(error) {
	s.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spoke && s.later < farewell && s.turnedDown != nil {
		s.turnedDown()
		s.turnedDown = nil
	}
}

func (s *sealed) Close() { s.settle() }

// settle says that the tunnel has not failed in a way that could be seen.
func (s *sealed) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.exchange = nil
}

// VendorEnded records an end in place of the first byte. An end that we made
// ourselves says nothing.
func (s *sealed) VendorEnded(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.exchange
	if x == nil || !s.asked || errors.Is(err, net.ErrClosed) {
		return
	}
	s.exchange = nil
	if err == nil || errors.Is(err, tap.ErrBareEnd) {
		err = io.EOF
	}
	x.Err = fault.Of(err, proxy.PhaseTLS)
	x.Phases.TLS = s.opts.Now().Sub(x.Start)
	x.Phases.Total = x.Phases.DNS + x.Phases.Connect + x.Phases.TLS
	s.opts.Observe(x)
}
