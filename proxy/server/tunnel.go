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
	"sync"
	"syscall"
	"time"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

// firstWord is how long a tunnel waits for the app's first bytes before it is
// taken for a protocol in which the server speaks first.
const firstWord = 2 * time.Second

// tunnel is one CONNECT: what it was for, and the transport that serves only it.
// Its requests never share a connection to the vendor with those of others, as
// they would not without the proxy.
type tunnel struct {
	net.Conn
	target string
	head   proxy.Fields
	peer   net.Conn
	// scheme and transport are set before the tunnel is served.
	scheme    string
	transport *http.Transport
}

type tunnelKey struct{}

// withTunnel lets the requests of a tunnel find it.
func withTunnel(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, tunnelKey{}, tunnelOf(c))
}

func tunnelOf(c net.Conn) *tunnel {
	if secure, ok := c.(*tls.Conn); ok {
		c = secure.NetConn()
	}
	t, _ := c.(*tunnel)
	return t
}

// endTunnel lets go of the vendor when the app is gone.
func endTunnel(c net.Conn, state http.ConnState) {
	if state != http.StateClosed && state != http.StateHijacked {
		return
	}
	if t := tunnelOf(c); t != nil && t.transport != nil {
		t.transport.CloseIdleConnections()
	}
}

// connect answers a CONNECT and finds out what is spoken inside.
func (s *Server) connect(r *http.Request, client net.Conn) {
	peer, _ := r.Context().Value(peerKey{}).(net.Conn)
	buffered := bufio.NewReader(client)
	t := &tunnel{
		Conn:   &rewoundConn{Conn: client, r: buffered},
		target: withPort(r.URL.Host, "443"),
		head:   proxy.FieldsOf(r.Header),
		peer:   peer,
	}
	if _, err := io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		client.Close()
		return
	}
	switch spoken(client, buffered) {
	case speaksTLS:
		s.intercept(t)
	case speaksHTTP:
		t.scheme, t.transport = "http", s.dialer.tunnelTransport(t.target, "")
		s.tunnels.push(t)
	default:
		s.relayBlind(t)
	}
}

// protocol is what an app speaks inside a tunnel.
type protocol int

const (
	speaksOther protocol = iota
	speaksTLS
	speaksHTTP
)

// spoken looks at the first bytes without taking them.
func spoken(client net.Conn, r *bufio.Reader) protocol {
	patience, cancel := context.WithTimeout(context.Background(), firstWord)
	defer cancel()
	deadline, _ := patience.Deadline()
	client.SetReadDeadline(deadline)
	defer client.SetReadDeadline(time.Time{})
	first, err := r.Peek(1)
	if err != nil {
		return speaksOther
	}
	// 22 is the content type of a handshake record, RFC 8446 section 5.1.
	if first[0] == 22 {
		return speaksTLS
	}
	word, _ := r.Peek(4)
	switch string(word) {
	case "GET ", "PUT ", "POST", "HEAD", "PATC", "DELE", "OPTI", "TRAC":
		return speaksHTTP
	}
	return speaksOther
}

// intercept speaks TLS with the app under a certificate of ours, and hands the
// tunnel to the inner server.
func (s *Server) intercept(t *tunnel) {
	ctx, cancel := context.WithTimeout(context.Background(), s.opts.Timeouts.Handshake)
	defer cancel()
	secure := tls.Server(t, s.inner.TLSConfig)
	if err := secure.HandshakeContext(ctx); err != nil {
		s.handshakeFailed(t, err)
		t.Close()
		return
	}
	name := secure.ConnectionState().ServerName
	if name == "" {
		name = hostOnly(t.target)
	}
	t.scheme, t.transport = "https", s.dialer.tunnelTransport(t.target, name)
	s.tunnels.push(secure)
}

// handshakeFailed explains the one mistake that everybody makes once: an app
// that was not told to trust the certificate authority.
func (s *Server) handshakeFailed(t *tunnel, err error) {
	event := s.opts.Log.Warn().Str("host", t.target)
	if mistrusted(err) {
		event.Msg("the app left when it saw flagrante's certificate: add the file that `flagrante ca path` prints to what the app trusts")
		return
	}
	event.Str("cause", fault.OfApp(err)).Msg("the TLS handshake with the app failed")
}

// mistrusted reports whether an app left because of our certificate. It may say
// so with an alert, or just close; and OpenSSL sends its alert under keys that
// differ from ours by then, which reads as a broken record.
func mistrusted(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && (op.Op == "remote error" || strings.Contains(op.Err.Error(), "bad record MAC")) ||
		errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)
}

func (s *Server) tlsConfig() *tls.Config {
	return &tls.Config{
		NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			name := hello.ServerName
			if t := tunnelOf(hello.Conn); name == "" && t != nil {
				name = hostOnly(t.target)
			}
			return s.opts.Minter.Leaf(name)
		},
	}
}

// relayBlind passes bytes of a protocol that is not ours to read.
func (s *Server) relayBlind(t *tunnel) {
	defer t.Close()
	ctx, cancel := context.WithTimeout(context.Background(), s.opts.Timeouts.Connect)
	defer cancel()
	vendor, err := s.dialer.dial(ctx, "tcp", t.target)
	if err != nil {
		s.opts.Log.Warn().Str("host", t.target).Str("cause", fault.Of(err, proxy.PhaseConnect).Text).Msg("no connection for a tunnel")
		return
	}
	defer vendor.Close()
	over := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() { pour(vendor, t) })
	group.Go(func() { pour(t, vendor) })
	go func() {
		select {
		case <-over:
		case <-s.tunnels.closed:
			vendor.Close()
			t.Close()
		}
	}()
	group.Wait()
	close(over)
}

// pour copies until src ends, and then lets dst know that no more comes.
func pour(dst, src net.Conn) {
	_, err := io.Copy(dst, src)
	if half, ok := dst.(interface{ CloseWrite() error }); ok && err == nil && half.CloseWrite() == nil {
		return
	}
	dst.Close()
}

// withPort returns an address with a port, the given one if it has none.
func withPort(addr, port string) string {
	if _, _, err := net.SplitHostPort(addr); err == nil {
		return addr
	}
	return net.JoinHostPort(hostOnly(addr), port)
}

// hostOnly returns an address without port and brackets.
func hostOnly(addr string) string {
	if host, _, err := net.SplitHostPort(addr); err == nil {
		return host
	}
	if n := len(addr); n > 1 && addr[0] == '[' && addr[n-1] == ']' {
		return addr[1 : n-1]
	}
	return addr
}
