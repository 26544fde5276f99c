// Package server is the proxy itself: the door at which apps arrive, the tunnels
// that it intercepts, and the way to the vendors.
package server

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"flagrante/proxy"
	"flagrante/proxy/upstream"
)

// Minter gives the certificate under which the proxy answers for a host.
type Minter interface {
	Leaf(host string) (*tls.Certificate, error)
	// RSALeaf is for apps that take no other keys.
	RSALeaf(host string) (*tls.Certificate, error)
}

// Options are what a Server needs. All fields without a word on their zero
// value must be set.
type Options struct {
	// Minter gives the certificates for intercepted hosts.
	Minter Minter
	// Pool lends the memory of exchanges, nil for fresh memory.
	Pool *proxy.Pool
	// Observe receives every exchange.
	Observe proxy.Observer
	Now     func() time.Time
	// NewID returns the ID of an exchange that began at the given time.
	NewID func(time.Time) string
	// BodyLimit is the number of bytes captured of each body.
	BodyLimit int64
	// Dialer makes the connections to vendors.
	Dialer *upstream.Dialer
	// Passthrough are the hosts that are never intercepted.
	Passthrough []upstream.Pattern
	// Timeouts bound the parts of an exchange.
	Timeouts Timeouts
	// Access says who may use the proxy from other machines.
	Access Access
	// TrustedPeers may say in a PROXY protocol header for whom they connect.
	TrustedPeers []netip.Prefix
	Log          zerolog.Logger
}

// Timeouts bound the parts of an exchange; zero means no bound.
type Timeouts struct {
	// Head is how long an app may take to send a request head.
	Head time.Duration
	// Idle is how long a connection is kept without a request.
	Idle time.Duration
	// Connect is how long a connection to the vendor may take, TLS included in
	// neither.
	Connect time.Duration
	// Handshake is how long a TLS handshake may take, on either side.
	Handshake time.Duration
	// Answer is how long the vendor may take to send the head of an answer.
	Answer time.Duration
	// Pause is how long an app may pause in the body of a request that no vendor gets,
	// before it is told so.
	Pause time.Duration
	// Silence is how long an app may say nothing in a new tunnel before its vendor is
	// connected, who may be the one to speak first. Zero means for ever, here and below.
	Silence time.Duration
	// FirstWord is how long both may be silent after that. Then the tunnel is taken for
	// one of a protocol that is not ours to read.
	FirstWord time.Duration
}

// DefaultTimeouts are longer than those of the usual HTTP clients, so that it is
// the app that loses patience first, as it would without the proxy.
func DefaultTimeouts() Timeouts {
	return Timeouts{
		Head:      time.Minute,
		Idle:      5 * time.Minute,
		Connect:   30 * time.Second,
		Handshake: 15 * time.Second,
		Answer:    10 * time.Minute,
		Pause:     time.Second,
		Silence:   250 * time.Millisecond,
		FirstWord: 2 * time.Second,
	}
}

const maxHeaderBytes = 1 << 20

// Server is the proxy. Its zero value is not usable; see New.
type Server struct {
	opts  Options
	front *http.Server
	// inner answers apps whose vendor can't be reached.
	inner   *http.Server
	tunnels *tunnelListener
	mirrors mirrors
	// lessons are the hosts that are not intercepted for now.
	lessons *lessons
	links   *links
	buffers *buffers
	door    *door
	// frontConns are the connections that the door leaves to front.
	frontConns *tunnelListener
	listener   atomic.Pointer[net.Listener]
	// draining is closed when the connections that are left have ended.
	draining atomic.Pointer[chan struct{}]
	// base ends when nobody waits any more for connections to be made.
	base   context.Context
	cancel context.CancelFunc
	// ending is set by Shutdown.
	ending atomic.Bool
}

// New returns a Server that is not serving yet.
func New(opts Options) *Server {
	s := &Server{opts: opts, tunnels: newTunnelListener(), lessons: newLessons(), frontConns: newTunnelListener(), links: newLinks(), buffers: &buffers{}}
	s.base, s.cancel = context.WithCancel(context.Background())
	s.door = newDoor(s)
	s.mirrors = s.newMirrors()
	s.inner = s.httpServer(http.HandlerFunc(s.refuse))
	s.inner.ConnContext = withTunnel
	s.inner.TLSConfig = s.mirrors.any
	s.inner.Protocols = &http.Protocols{}
	s.inner.Protocols.SetHTTP1(true)
	s.inner.Protocols.SetHTTP2(true)
	s.inner.Protocols.SetUnencryptedHTTP2(true)
	s.front = s.httpServer(s.newFront())
	s.front.ConnContext = withPeer
	return s
}

func (s *Server) httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: s.opts.Timeouts.Head,
		IdleTimeout:       s.opts.Timeouts.Idle,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          quietLog(s.opts.Log),
	}
}

// Serve accepts connections from l until Shutdown is called, and then returns
// nil. It closes l.
func (s *Server) Serve(l net.Listener) error {
	s.opts.Dialer.Own(l.Addr())
	if s.listener.Store(&l); s.ending.Load() {
		// Shutdown may have looked for the listener before it was there.
		l.Close()
	}
	go s.links.sweep(s.base, s.opts.Timeouts.Answer, s.opts.Timeouts.Idle)
	ended := make(chan error, 2)
	go func() { ended <- s.front.Serve(s.frontConns) }()
	go func() { ended <- s.inner.Serve(s.tunnels) }()
	err := s.door.serve(acceptProxyProtocol(l, s.opts.TrustedPeers, s.opts.Timeouts.Head))
	l.Close()
	s.drained()
	s.door.shut()
	err = errors.Join(unlessClosed(err), s.frontConns.Close())
	s.tunnels.wait()
	return errors.Join(err, s.tunnels.Close(), unlessClosed(<-ended), unlessClosed(<-ended))
}

func unlessClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Shutdown stops accepting, lets running exchanges end, and gives up on them
// when ctx ends.
func (s *Server) Shutdown(ctx context.Context) error {
	defer s.cancel()
	defer context.AfterFunc(ctx, s.cancel)()
	s.ending.Store(true)
	if l := s.listener.Load(); l != nil {
		(*l).Close()
	}
	s.door.shut()
	err := s.front.Shutdown(ctx)
	s.tunnels.wait()
	err = errors.Join(err, s.inner.Shutdown(ctx), s.links.shutdown(ctx))
	if err != nil {
		err = errors.Join(err, s.front.Close(), s.inner.Close())
	}
	return err
}
