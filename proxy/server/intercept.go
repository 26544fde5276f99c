package server

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"flagrante/proxy/fault"
	"flagrante/proxy/gather"
	"flagrante/proxy/tap"
	"flagrante/proxy/upstream"
)

// The protocols that can be tapped, by their ALPN names (RFC 7301).
const (
	alpnHTTP10 = "http/1.0"
	alpnHTTP1  = "http/1.1"
	alpnHTTP2  = "h2"
)

// intercept speaks TLS with the app under a certificate of ours. The vendor is
// connected in the middle of the app's handshake, so that the app gets the
// protocol that the vendor chose.
func (s *Server) intercept(t *tunnel) {
	if s.sealed(t.target) {
		s.passSealed(t)
		return
	}
	t.scheme = "https"
	limit := s.opts.Timeouts
	ctx, cancel := context.WithTimeout(s.base, limit.Connect+2*limit.Handshake)
	defer cancel()
	s.hold(t)
	secure := tls.Server(gather.New(t), s.mirrors.first)
	if err := secure.HandshakeContext(ctx); errors.Is(err, errUnread) {
		t.release()
		s.passSealed(t)
		return
	} else if err != nil {
		s.handshakeFailed(t, err)
		t.Close()
		if t.vendor != nil {
			t.vendor.Close()
		}
		return
	}
	if t.failure != nil {
		s.tunnels.push(secure)
		return
	}
	l := s.newLink(t, secure, tapOf(secure.ConnectionState().NegotiatedProtocol))
	s.rehearse(l, t)
	l.acceptance = s.await(t, gatherOf(secure))
	s.links.start(l)
}

// tapOf returns the tap of a protocol. Others than HTTP pass unread.
func tapOf(protocol string) tapMaker {
	switch protocol {
	case alpnHTTP2:
		return http2Tap
	case alpnHTTP1, alpnHTTP10, "":
		return http1Tap
	}
	return blindTap
}

// link lets the bytes pass between the app, which may be inside of TLS, and the
// vendor of a tunnel.
func (s *Server) link(t *tunnel, app net.Conn, newTap tapMaker) {
	s.links.start(s.newLink(t, app, newTap))
}

// tapMaker makes the tap of a protocol.
type tapMaker func(tap.Options, tap.Conn) tap.Tap

func (s *Server) newLink(t *tunnel, app net.Conn, newTap tapMaker) *link {
	conn := tap.Conn{
		Scheme: t.scheme, Authority: t.target, Tunnel: t.head,
		Upstream: t.vendor.Upstream, Setup: t.vendor.Setup,
	}
	if t.peer != nil {
		conn.Peer, conn.Client = peerOf(t.peer)
	}
	o := s.opts
	if t.vendor.Upstream.Proxy != "" {
		o.Observe = s.tellProxyApart(t.vendor)
	}
	return &link{
		target: t.target,
		app:    app, vendor: t.vendor, buffers: s.buffers, linger: o.Timeouts.Answer,
		tap: newGuarded(newTap, tap.Options{Observe: o.Observe, Now: o.Now, NewID: o.NewID, BodyLimit: o.BodyLimit, Pool: o.Pool}, conn, o.Log),
	}
}

// mirrors are the TLS configurations for apps, one for each protocol of HTTP. They are shared by all connections, and with them the keys
// by which sessions resume.
type mirrors struct {
	first  *tls.Config
	chosen map[string]*tls.Config
	// any is for apps whose vendor can't be reached: we answer them ourselves.
	any *tls.Config
	// leaf gives the certificate for an app.
	leaf func(*tls.ClientHelloInfo) (*tls.Certificate, error)
}

// only returns the configuration for a vendor that chose the protocol.
func (m mirrors) only(protocol string) *tls.Config {
	if config := m.chosen[protocol]; config != nil {
		return config
	}
	return m.config(protocol)
}

// config takes every version and cipher suite that there is: it is for the app to say
// with what it is content, as it would say to the vendor.
func (m mirrors) config(protocols ...string) *tls.Config {
	return &tls.Config{
		GetCertificate: m.leaf, NextProtos: protocols,
		MinVersion: tls.VersionTLS10, CipherSuites: upstream.CipherSuites(),
	}
}

func (s *Server) newMirrors() mirrors {
	m := mirrors{leaf: s.leaf, chosen: map[string]*tls.Config{}}
	m.any = m.config(alpnHTTP2, alpnHTTP1)
	for _, protocol := range []string{alpnHTTP10, alpnHTTP1, alpnHTTP2} {
		m.chosen[protocol] = m.config(protocol)
	}
	m.chosen[""] = m.config()
	m.first = &tls.Config{GetConfigForClient: s.mirror}
	return m
}

// leaf gives the certificate for an app, with a kind of key that the app takes.
func (s *Server) leaf(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := nameIn(hello)
	cert, err := s.opts.Minter.Leaf(name)
	if err == nil && hello.SupportsCertificate(cert) != nil {
		return s.opts.Minter.RSALeaf(name)
	}
	return cert, err
}

// mirror connects the vendor with what the app has offered, and returns the
// configuration that answers the app alike.
func (s *Server) mirror(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	t := tunnelOf(hello.Conn)
	if s.unread(t, hello) {
		return nil, errUnread
	}
	t.vendor, t.failure = s.opts.Dialer.Dial(hello.Context(), t.target, upstream.Request{TLS: true, Via: t.via, ServerName: nameIn(hello), ALPN: hello.SupportedProtos, Offer: upstream.OfferOf(hello)})
	if t.vendor == nil {
		return s.mirrors.any, nil
	}
	return s.mirrors.only(t.vendor.Upstream.ALPN), nil
}

// nameIn returns the host that an app wants: what it says in its hello, else the
// target of its CONNECT.
func nameIn(hello *tls.ClientHelloInfo) string {
	if hello.ServerName != "" {
		return hello.ServerName
	}
	return hostOnly(tunnelOf(hello.Conn).target)
}

// handshakeFailed explains the one mistake that everybody makes once: an app
// that was not told to trust the certificate authority.
func (s *Server) handshakeFailed(t *tunnel, err error) {
	if t.failure != nil {
		s.tellUnreached(t)
	}
	if mistrusted(err) && !(silent(err) && s.lessons.trusts(t.target)) {
		s.learn(t, err, silent(err))
		return
	}
	event := s.opts.Log.Warn().Str("host", t.target)
	if nothingShared(err) && t.vendor != nil && s.lessons.add(t.target, fault.OfApp(err), s.opts.Now()) {
		event = event.Stringer("tunnelled_for", learnedFor)
	}
	event.Str("cause", fault.OfApp(err)).Msg("the TLS handshake with the app failed")
}

// mistrusted reports whether an app left because of our certificate. It may say
// so with an alert, or just close; and OpenSSL sends its alert under keys that
// differ from ours by then, which reads as a broken record.
func mistrusted(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && (op.Op == "remote error" || strings.Contains(op.Err.Error(), "bad record MAC")) ||
		silent(err)
}

// nothingShared reports whether an app offers nothing that crypto/tls has: it and its
// vendor may do without us.
func nothingShared(err error) bool {
	return strings.Contains(err.Error(), "supported by both") || strings.Contains(err.Error(), "unsupported versions")
}

// silent reports whether an app just closed. Where the host's certificate of ours was
// accepted before, that is an app that gave up, and no lesson.
func silent(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) }

func http1Tap(o tap.Options, c tap.Conn) tap.Tap { return tap.NewHTTP1(o, c) }

func http2Tap(o tap.Options, c tap.Conn) tap.Tap { return tap.NewHTTP2(o, c) }

func blindTap(tap.Options, tap.Conn) tap.Tap { return blind{} }
