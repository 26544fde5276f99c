package server_test

import (
	"io"
	"net"
	"net/http"
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
