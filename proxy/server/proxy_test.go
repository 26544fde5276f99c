package server_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"flagrante/proxy"
	"flagrante/proxy/authority"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const bodyLimit = 64 << 10

// stage is a proxy on loopback with a vendor behind it.
type stage struct {
	t         *testing.T
	addr      string
	roots     *x509.CertPool
	exchanges chan *proxy.Exchange
	server    *server.Server
}

func newStage(t *testing.T, vendors ...*httptest.Server) *stage {
	return newStageWith(t, func(*server.Options, *upstream.Options) {}, vendors...)
}

func newStageWith(t *testing.T, change func(*server.Options, *upstream.Options), vendors ...*httptest.Server) *stage {
	t.Helper()
	ca, err := authority.Open(filepath.Join(t.TempDir(), "ca"), time.Now)
	check(t, err)
	s := &stage{t: t, roots: x509.NewCertPool(), exchanges: make(chan *proxy.Exchange, 64)}
	s.roots.AddCert(ca.Root())
	var count atomic.Int64
	opts := server.Options{
		Minter:    ca,
		Observe:   func(x *proxy.Exchange) { s.exchanges <- x },
		Now:       time.Now,
		NewID:     func(time.Time) string { return fmt.Sprint(count.Add(1)) },
		BodyLimit: bodyLimit,
		Timeouts:  server.DefaultTimeouts(),
		Log:       zerolog.Nop(),
	}
	// An app of a test may be slow, and is not taken for silent unless the test says so.
	opts.Timeouts.Silence = time.Minute
	roots := x509.NewCertPool()
	dial := upstream.Options{Now: time.Now, Roots: func() *upstream.Roots { return upstream.RootsOf(roots) }, Log: zerolog.Nop()}
	for _, v := range vendors {
		if v.TLS != nil {
			roots.AddCert(v.Certificate())
		}
	}
	change(&opts, &dial)
	dial.Timeouts = upstream.Timeouts{Connect: opts.Timeouts.Connect, Handshake: opts.Timeouts.Handshake}
	opts.Dialer, err = upstream.New(dial)
	check(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	s.addr = l.Addr().String()
	s.server = server.New(opts)
	served := make(chan error, 1)
	go func() { served <- s.server.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		check(t, s.server.Shutdown(ctx))
		check(t, <-served)
	})
	return s
}

// client returns an app that uses the proxy and trusts its authority.
func (s *stage) client() *http.Client {
	transport := &http.Transport{
		Proxy:              http.ProxyURL(&url.URL{Scheme: "http", Host: s.addr}),
		TLSClientConfig:    &tls.Config{RootCAs: s.roots},
		DisableCompression: true,
		ForceAttemptHTTP2:  true,
	}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// next returns the next exchange that the proxy reports.
func (s *stage) next() *proxy.Exchange {
	s.t.Helper()
	select {
	case x := <-s.exchanges:
		return x
	case <-time.After(10 * time.Second):
		s.t.Fatal("the proxy reported no exchange")
		return nil
	}
}

func (s *stage) none() {
	s.t.Helper()
	select {
	case x := <-s.exchanges:
		s.t.Errorf("one more exchange was reported: %s %s", x.Request.Method, x.Request.URL)
	default:
	}
}

func tlsVendor(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	v := httptest.NewUnstartedServer(h)
	v.EnableHTTP2 = true
	v.Config.ErrorLog = log.New(io.Discard, "", 0)
	v.StartTLS()
	t.Cleanup(v.Close)
	return v
}

func plainVendor(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	v := httptest.NewServer(h)
	t.Cleanup(v.Close)
	return v
}

// rawVendor hands every connection to serve, and closes it after.
func rawVendor(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	over := make(chan struct{})
	go func() {
		defer close(over)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serve(c)
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-over })
	return l.Addr().String()
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	check(t, err)
	return string(data)
}

func loopback(t *testing.T, addr netip.AddrPort) {
	t.Helper()
	if !addr.Addr().IsLoopback() || addr.Port() == 0 {
		t.Errorf("the client is %s, want a loopback address with a port", addr)
	}
}
