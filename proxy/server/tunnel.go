package server

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"

	"flagrante/proxy"
	"flagrante/proxy/fault"
	"flagrante/proxy/gather"
	"flagrante/proxy/upstream"
)

// tunnel is one CONNECT, as the connection of the app inside of it.
type tunnel struct {
	net.Conn
	target string
	head   proxy.Fields
	peer   net.Conn
	scheme string
	// via says which proxies it has come through.
	via string
	// vendor is the other end, nil as long as there is none.
	vendor *upstream.Conn
	// failure says why there is no vendor.
	failure error
	// interrupted is set when the app's first word is not waited for any more.
	interrupted atomic.Bool
}

// NetConn returns the connection that the tunnel came on.
func (t *tunnel) NetConn() net.Conn { return t.Conn }

type tunnelKey struct{}

// withTunnel lets the requests of a tunnel find it.
func withTunnel(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, tunnelKey{}, tunnelOf(c))
}

func tunnelOf(c net.Conn) *tunnel {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	if below, ok := c.(*gather.Conn); ok {
		c = below.NetConn()
	}
	t, _ := c.(*tunnel)
	return t
}

// connect answers a CONNECT.
func (s *Server) connect(r *http.Request, client net.Conn) {
	peer, _ := r.Context().Value(peerKey{}).(net.Conn)
	buffered := bufio.NewReader(client)
	t := &tunnel{
		Conn:   &rewoundConn{Conn: client, r: buffered},
		target: withPort(r.URL.Host, "443"),
		head:   proxy.FieldsOf(r.Header),
		peer:   peer,
		via:    strings.Join(r.Header.Values("Via"), ", "),
	}
	if !namesAuthority(r) {
		s.refuseTarget(t, r, client)
		return
	}
	if s.opts.Dialer.CameBack(t.via) {
		s.refuseCircle(t, client)
		return
	}
	if s.sealed(t.target) {
		s.connectSealed(t, func() error { return grantConnect(client) }, func(cause *proxy.Error) error { return writeRefusal(client, t.target, cause) })
		return
	}
	if err := grantConnect(client); err != nil {
		client.Close()
		return
	}
	s.enter(t, buffered)
}

// errNoAuthority is for a CONNECT whose target is an address of the web, or a path.
var errNoAuthority = errors.New("the target of the CONNECT is no host and port")

// namesAuthority reports whether the target of a CONNECT is host and port (RFC 9112, section
// 3.2.3), or as much of it as can be made up for.
func namesAuthority(r *http.Request) bool {
	return r.URL.Host != "" && !strings.Contains(r.RequestURI, "//")
}

// refuseTarget answers a CONNECT that does not say what to dial.
func (s *Server) refuseTarget(t *tunnel, r *http.Request, client net.Conn) {
	t.target, t.failure = r.Host, fault.BadTarget(errNoAuthority)
	if _, address, found := strings.Cut(r.RequestURI, "//"); found {
		t.target, _, _ = strings.Cut(address, "/")
	}
	s.tellUnreached(t)
	// Who has left by now misses nothing.
	_ = writeRefusal(client, t.target, fault.Cause(t.failure))
	t.Close()
}

// refuseCircle answers a CONNECT that is one of our own. The request that it was for is
// recorded where it has come in at first.
func (s *Server) refuseCircle(t *tunnel, client net.Conn) {
	s.logCircle(t)
	// Who has left by now misses nothing.
	_ = writeRefusal(client, t.target, fault.Cause(fault.ErrCameBack))
	t.Close()
}

func (s *Server) logCircle(t *tunnel) {
	s.opts.Log.Warn().Str("host", t.target).Msg(fault.Cause(fault.ErrCameBack).Text)
}

// grantConnect tells an app that its tunnel is open.
func grantConnect(client io.Writer) error {
	_, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
	return err
}

// enter finds out what is spoken in a tunnel that the app believes to be open.
func (s *Server) enter(t *tunnel, first *bufio.Reader) {
	switch s.listen(t, first) {
	case speaksTLS:
		s.intercept(t)
	case speaksHTTP:
		s.passHTTP(t, http1Tap)
	case speaksHTTP2:
		s.passHTTP(t, http2Tap)
	default:
		s.passBlind(t)
	}
}

// passHTTP is for a tunnel in which HTTP is spoken without TLS.
func (s *Server) passHTTP(t *tunnel, newTap tapMaker) {
	t.scheme = "http"
	if s.dialPlain(t); t.failure != nil {
		s.tunnels.push(t)
		return
	}
	s.link(t, t, newTap)
}

// passBlind passes the bytes of a protocol that is not ours to read.
func (s *Server) passBlind(t *tunnel) {
	if s.dialPlain(t); t.failure != nil {
		s.opts.Log.Warn().Str("host", t.target).Str("cause", fault.Cause(t.failure).Text).Msg("no connection for a tunnel")
		s.tellUnreached(t)
		t.Close()
		return
	}
	s.link(t, t, blindTap)
}

// blind is the tap of bytes that nobody reads.
type blind struct{}

func (blind) App([]byte)        {}
func (blind) Vendor([]byte)     {}
func (blind) AppEnded(error)    {}
func (blind) VendorEnded(error) {}
func (blind) Busy() bool        { return false }
func (blind) Waiting() bool     { return false }
func (blind) SpeaksHTTP1() bool { return false }
func (blind) Close()            {}

// withPort returns an address with a port, the given one if it has none, or an empty
// one (RFC 3986, section 3.2.3).
func withPort(addr, port string) string {
	if _, given, err := net.SplitHostPort(addr); err == nil && given != "" {
		return addr
	}
	return net.JoinHostPort(hostOnly(addr), port)
}

// hostOnly returns an address without port and brackets.
func hostOnly(addr string) string {
	if host, _, err := net.SplitHostPort(addr); err == nil {
		return host
	}
	return strings.TrimSuffix(strings.TrimPrefix(addr, "["), "]")
}
