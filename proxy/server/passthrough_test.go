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

	"flagrante/proxy"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// pinned returns an app that trusts the vendor's own certificate only.
func (s *stage) pinned(vendor *http.Client) *http.Client {
	c := s.client()
	c.Transport.(*http.Transport).TLSClientConfig = vendor.Transport.(*http.Transport).TLSClientConfig.Clone()
	return c
}

// lines are what was logged.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

func patterns(t *testing.T, texts ...string) (all []upstream.Pattern) {
	t.Helper()
	for _, text := range texts {
		p, err := upstream.ParsePattern(text)
		check(t, err)
		all = append(all, p)
	}
	return all
}

func TestAnAppThatComesToTrustUsIsInterceptedAgain(t *testing.T) {
	vendor := tlsVendor(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "pago") })
	logged := make(lines, 16)
	s := newStageWith(t, func(o *server.Options, _ *upstream.Options) { o.Log = zerolog.New(logged) }, vendor)
	if resp, err := s.pinned(vendor.Client()).Get(vendor.URL); err == nil {
		t.Fatalf("got %s, want a refused certificate", resp.Status)
	}
	<-logged
	// The app trusts us by now, and so not the vendor's own certificate.
	if resp, err := s.client().Get(vendor.URL); err == nil {
		t.Fatalf("got %s through the tunnel, want a refused certificate", resp.Status)
	}
	if line := <-logged; !strings.Contains(line, "intercepted again") || len(s.server.Learned()) != 0 {
		t.Errorf("logged %s, learned %v", line, s.server.Learned())
	}
	resp, err := s.client().Get(vendor.URL)
	check(t, err)
	if got := read(t, resp); got != "pago" {
		t.Errorf("got %q", got)
	}
	if x := s.next(); x.Response == nil {
		t.Error("the call was not recorded")
	}
}

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

func TestAnAppThatMistrustsUsIsTunnelledFromThenOn(t *testing.T) {
	vendor := tlsVendor(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "pago") })
	host := vendor.Listener.Addr().String()
	var later atomic.Int64
	warned := make(lines, 16)
	start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	s := newStageWith(t, func(o *server.Options, _ *upstream.Options) {
		o.Now = func() time.Time { return start.Add(time.Duration(later.Load())) }
		o.Log = zerolog.New(warned)
	}, vendor)
	call := func() (*http.Response, error) { return s.pinned(vendor.Client()).Get(vendor.URL) }
	refused := func(when string) {
		t.Helper()
		if resp, err := call(); err == nil {
			t.Fatalf("%s the app got %s, want a refused certificate", when, resp.Status)
		}
		if line := <-warned; !strings.Contains(line, "flagrante ca path") || !strings.Contains(line, `"tunnelled_for":"10m0s"`) {
			t.Errorf("%s the log said %s", when, line)
		}
	}
	passed := func() {
		t.Helper()
		resp, err := call()
		check(t, err)
		if got := read(t, resp); got != "pago" || !resp.TLS.PeerCertificates[0].Equal(vendor.Certificate()) {
			t.Errorf("the app got %q under the certificate of %s", got, resp.TLS.PeerCertificates[0].Subject)
		}
	}
	refused("at first")
	passed()
	s.none()
	want := []server.Learned{{Host: host, Since: start, Until: start.Add(10 * time.Minute), Rejections: 1, Last: start}}
	got := s.server.Learned()
	if len(got) != 1 || got[0].Reason == "" {
		t.Fatalf("learned %+v, want one host with a reason", got)
	}
	want[0].Reason = got[0].Reason
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !s.server.Forget(host) || s.server.Forget(host) {
		t.Error("a host can't be forgotten exactly once")
	}
	refused("once forgotten")
	passed()
	later.Store(int64(10 * time.Minute))
	if left := s.server.Learned(); len(left) != 0 {
		t.Errorf("still known after their time: %+v", left)
	}
	refused("after ten minutes")
	if got := s.server.Learned(); len(got) != 1 || got[0].Rejections != 2 || !got[0].Since.Equal(start.Add(10*time.Minute)) || !got[0].Last.Equal(got[0].Since) {
		t.Errorf("after the second time learned %+v", got)
	}
}

func TestPassthroughByRule(t *testing.T) {
	vendor := tlsVendor(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "pago") })
	s := newStageWith(t, func(o *server.Options, _ *upstream.Options) { o.Passthrough = patterns(t, "127.*") })
	resp, err := s.pinned(vendor.Client()).Get(vendor.URL)
	check(t, err)
	if got := read(t, resp); got != "pago" {
		t.Errorf("the app got %q", got)
	}
	s.none()
}

func TestPassthroughByTheNameInTheHello(t *testing.T) {
	vendor := tlsVendor(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "pago") })
	s := newStageWith(t, func(o *server.Options, _ *upstream.Options) { o.Passthrough = patterns(t, "*.example.com") }, vendor)
	for name, test := range map[string]struct {
		app      *http.Client
		host     string
		recorded bool
	}{
		// The certificate of the tests is for example.com and its hosts.
		"of a rule":  {s.pinned(vendor.Client()), "api.example.com", false},
		"of no rule": {s.client(), "example.com", true},
	} {
		test.app.Transport.(*http.Transport).TLSClientConfig.ServerName = test.host
		resp, err := test.app.Get(vendor.URL)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := read(t, resp); got != "pago" || resp.TLS.PeerCertificates[0].Equal(vendor.Certificate()) == test.recorded {
			t.Errorf("%s: the app got %q under the certificate of %s", name, got, resp.TLS.PeerCertificates[0].Subject)
		}
		if test.recorded {
			s.next()
		}
		s.none()
	}
}

func TestPassthroughTellsOfVendorsThatCanNotBeReached(t *testing.T) {
	target := refusing
	s := newStageWith(t, func(o *server.Options, _ *upstream.Options) { o.Passthrough = patterns(t, target) })
	c, err := net.Dial("tcp", s.addr)
	check(t, err)
	defer c.Close()
	_, err = io.WriteString(c, "CONNECT "+target+" HTTP/1.1\r\nHost: "+target+"\r\n\r\n")
	check(t, err)
	answer, err := io.ReadAll(c)
	check(t, err)
	if got := string(answer); !strings.HasPrefix(got, "HTTP/1.1 502 ") || !strings.Contains(got, "Proxy-Status: flagrante; error=connection_refused") {
		t.Errorf("the app was told %q", got)
	}
	wantConnect(t, s.next(), target, "connection_refused", proxy.PhaseConnect)
}

func TestPassthroughTellsOfVendorsThatBreakOff(t *testing.T) {
	target := rawVendor(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 4096)); reset(c) })
	s := newStageWith(t, func(o *server.Options, _ *upstream.Options) { o.Passthrough = patterns(t, target) })
	if resp, err := s.client().Get("https://" + target); err == nil {
		t.Fatalf("the app got %s", resp.Status)
	}
	wantConnect(t, s.next(), target, "connection_terminated", proxy.PhaseTLS)
}

func wantConnect(t *testing.T, x *proxy.Exchange, target, kind string, phase proxy.Phase) {
	t.Helper()
	if x.Request.Method != "CONNECT" || x.Request.URL != "https://"+target || x.Response != nil {
		t.Errorf("recorded as %s %s, response %v", x.Request.Method, x.Request.URL, x.Response)
	}
	if x.Err == nil || x.Err.Type != kind || x.Err.Phase != phase {
		t.Errorf("recorded as %v, want %s in %s", x.Err, kind, phase)
	}
	loopback(t, x.Client)
}
