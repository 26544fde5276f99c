package tap_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"flagrante/proxy"
	"flagrante/proxy/tap"
)

// h2Relay passes bytes between real peers as they are and shows them to a tap,
// one for each connection. It keeps what passed.
type h2Relay struct {
	t         testing.TB
	listener  net.Listener
	vendor    string
	limit     int64
	exchanges chan *proxy.Exchange
	ids       atomic.Int64
	serving   sync.WaitGroup

	mu    sync.Mutex
	steps []h2Step
	conns []net.Conn
}

func newH2Relay(t testing.TB, vendor string, limit int64) *h2Relay {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	r := &h2Relay{t: t, listener: l, vendor: vendor, limit: limit, exchanges: make(chan *proxy.Exchange, 1024)}
	r.serving.Go(r.accept)
	t.Cleanup(r.close)
	return r
}

func (r *h2Relay) close() {
	r.listener.Close()
	r.mu.Lock()
	for _, c := range r.conns {
		c.Close()
	}
	r.mu.Unlock()
	r.serving.Wait()
}

func (r *h2Relay) accept() {
	for {
		app, err := r.listener.Accept()
		if err != nil {
			return
		}
		vendor, err := net.Dial("tcp", r.vendor)
		if err != nil {
			app.Close()
			return
		}
		r.mu.Lock()
		r.conns = append(r.conns, app, vendor)
		r.mu.Unlock()
		r.serving.Go(func() { r.serve(app, vendor) })
	}
}

func (r *h2Relay) serve(app, vendor net.Conn) {
	follower := tap.NewHTTP2(tap.Options{
		Observe:   func(x *proxy.Exchange) { r.exchanges <- x },
		Now:       time.Now,
		NewID:     func(time.Time) string { return fmt.Sprint(r.ids.Add(1)) },
		BodyLimit: r.limit,
	}, tap.Conn{Scheme: "http", Authority: r.vendor})
	var both sync.WaitGroup
	both.Go(func() { r.pass(false, app, vendor, follower.App, follower.AppEnded) })
	both.Go(func() { r.pass(true, vendor, app, follower.Vendor, follower.VendorEnded) })
	both.Wait()
	follower.Close()
}

func (r *h2Relay) pass(fromVendor bool, from, to net.Conn, feed func([]byte), ended func(error)) {
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			r.keep(h2Step{vendor: fromVendor, bytes: append([]byte(nil), buf[:n]...)})
			feed(buf[:n])
			_, _ = to.Write(buf[:n])
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			ended(err)
			to.Close()
			return
		}
	}
}

func (r *h2Relay) keep(s h2Step) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.steps = append(r.steps, s)
}

// recorded returns what passed so far.
func (r *h2Relay) recorded() []h2Step {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]h2Step(nil), r.steps...)
}

func (r *h2Relay) next() *proxy.Exchange {
	r.t.Helper()
	patience, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	defer cancel()
	select {
	case x := <-r.exchanges:
		return x
	case <-patience.Done():
		r.t.Fatal("no exchange was observed")
		return nil
	}
}

func (r *h2Relay) url(path string) string { return "http://" + r.listener.Addr().String() + path }

// h2Vendor is a server of HTTP/2 without TLS: what it says can be recorded.
func h2Vendor(t testing.TB, handler http.HandlerFunc, config *http.HTTP2Config) *httptest.Server {
	s := httptest.NewUnstartedServer(handler)
	s.Config.HTTP2 = config
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// h2Client speaks HTTP/2 without TLS.
func h2Client(t testing.TB, config *http.HTTP2Config) *http.Client {
	transport := &http.Transport{Protocols: new(http.Protocols), HTTP2: config}
	transport.Protocols.SetUnencryptedHTTP2(true)
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
