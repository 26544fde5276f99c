package server_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// An app that gives up in the middle of a handshake, as at a deadline, teaches nothing
// where our certificate was accepted before.
func TestAnAppThatGivesUpIsNoMistrust(t *testing.T) {
	for name, accepted := range map[string]bool{"accepted before": true, "never accepted": false} {
		t.Run(name, func(t *testing.T) {
			vendor := tlsVendor(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "pago") })
			logged := make(lines, 16)
			s := newStageWith(t, func(o *server.Options, _ *upstream.Options) { o.Log = zerolog.New(logged) }, vendor)
			if accepted {
				resp, err := s.client().Get(vendor.URL)
				check(t, err)
				read(t, resp)
			}
			var learned []int
			for range 2 {
				if resp, err := s.leaving().Get(vendor.URL); err == nil {
					t.Fatalf("got %s, want an app that leaves", resp.Status)
				}
				<-logged
				learned = append(learned, len(s.server.Learned()))
			}
			want := []int{0, 1}
			if accepted {
				want = []int{0, 0}
			}
			if diff := cmp.Diff(want, learned); diff != "" {
				t.Errorf("hosts learned by each (-want +got):\n%s", diff)
			}
		})
	}
}

// Node looks at the certificate when the handshake of TLS 1.2 is over, and drops the
// connection then.
func TestAnAppMayTurnUsDownBehindTheHandshake(t *testing.T) {
	for name, test := range map[string]struct {
		trusted bool
		leave   func(raw net.Conn, app *tls.Conn) error
		// times is how often it does so, apart how much time lies in between.
		times   int
		apart   time.Duration
		learned int
	}{
		"drops the connection once":     {leave: func(raw net.Conn, _ *tls.Conn) error { return raw.Close() }, times: 1},
		"drops it twice":                {leave: func(raw net.Conn, _ *tls.Conn) error { return raw.Close() }, times: 2, learned: 1},
		"drops it again much later":     {leave: func(raw net.Conn, _ *tls.Conn) error { return raw.Close() }, times: 2, apart: 10 * time.Minute},
		"has trusted us before":         {trusted: true, times: 2, leave: func(raw net.Conn, _ *tls.Conn) error { return raw.Close() }},
		"takes its leave, as checks do": {times: 2, leave: func(_ net.Conn, app *tls.Conn) error { return app.Close() }},
	} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan struct{}, 4)
			vendor := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			vendor.Config.ErrorLog = log.New(io.Discard, "", 0)
			vendor.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateClosed {
					ended <- struct{}{}
				}
			}
			vendor.StartTLS()
			t.Cleanup(vendor.Close)
			start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
			var later atomic.Int64
			s := newStageWith(t, func(o *server.Options, _ *upstream.Options) {
				o.Now = func() time.Time { return start.Add(time.Duration(later.Load())) }
			}, vendor)
			if test.trusted {
				client := s.client()
				resp, err := client.Get(vendor.URL)
				check(t, err)
				read(t, resp)
				client.CloseIdleConnections()
				<-ended
			}
			for range test.times {
				raw := s.tunnelTo(vendor.Listener.Addr().String())
				app := tls.Client(raw, &tls.Config{RootCAs: s.roots, ServerName: "127.0.0.1", MaxVersion: tls.VersionTLS12})
				check(t, app.HandshakeContext(t.Context()))
				check(t, test.leave(raw, app))
				<-ended
				later.Add(int64(test.apart))
			}
			if got := s.server.Learned(); len(got) != test.learned {
				t.Errorf("learned %+v", got)
			}
		})
	}
}

// In a row of proxies the app that mistrusts us is one of us.
func TestAFlagranteThatMistrustsAnotherIsNamed(t *testing.T) {
	vendor := tlsVendor(t, func(http.ResponseWriter, *http.Request) {})
	logged := make(lines, 16)
	second := newStageWith(t, func(o *server.Options, _ *upstream.Options) { o.Log = zerolog.New(logged) }, vendor)
	first := newStageWith(t, func(_ *server.Options, o *upstream.Options) {
		o.Pseudonym, o.Proxies = "flagrante-first", []upstream.ProxyRule{{Host: "*", URL: "http://" + second.addr}}
	}, vendor)
	resp, err := first.client().Get(vendor.URL)
	check(t, err)
	read(t, resp)
	if line := <-logged; resp.StatusCode != http.StatusBadGateway || !strings.Contains(line, "another flagrante") || !strings.Contains(line, "upstream.ca_file") {
		t.Errorf("got %s, logged %s", resp.Status, line)
	}
}

// leaving returns an app that closes its connection when it has seen a certificate.
func (s *stage) leaving() *http.Client {
	c := s.client()
	transport := c.Transport.(*http.Transport)
	var conn net.Conn
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		var err error
		conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
		return conn, err
	}
	transport.TLSClientConfig = transport.TLSClientConfig.Clone()
	transport.TLSClientConfig.VerifyConnection = func(tls.ConnectionState) error {
		conn.Close()
		return errors.New("the app has left")
	}
	return c
}
