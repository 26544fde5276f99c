package server_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"flagrante/proxy"
	"flagrante/proxy/upstream"
)

// Old apps and old vendors find together as they do without us.
func TestVersionsAndSuitesAreThoseOfTheApp(t *testing.T) {
	rsaExchange := []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}
	for name, test := range map[string]struct {
		app, vendor *tls.Config
		version     string
		suite       string
	}{
		"an app with RSA suites alone": {
			app:     &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384}},
			version: "TLS 1.2", suite: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
		},
		"a vendor with RSA key exchange alone": {
			app:    &tls.Config{CipherSuites: append(upstream.CipherSuites(), rsaExchange...)},
			vendor: &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: rsaExchange}, version: "TLS 1.2", suite: "TLS_RSA_WITH_AES_128_CBC_SHA",
		},
		"both with RSA key exchange alone": {
			app:    &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: rsaExchange},
			vendor: &tls.Config{CipherSuites: rsaExchange}, version: "TLS 1.2", suite: "TLS_RSA_WITH_AES_128_CBC_SHA",
		},
		"an old vendor": {
			app:    &tls.Config{MinVersion: tls.VersionTLS10},
			vendor: &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, version: "TLS 1.1", suite: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
		},
		"an old app": {
			app:    &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10},
			vendor: &tls.Config{MinVersion: tls.VersionTLS10}, version: "TLS 1.0", suite: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "pago") }))
			v.TLS = test.vendor.Clone()
			v.StartTLS()
			t.Cleanup(v.Close)
			s := newStage(t, v)
			app := s.client()
			config := test.app.Clone()
			config.RootCAs = s.roots
			app.Transport.(*http.Transport).TLSClientConfig = config
			resp, err := app.Get(v.URL)
			check(t, err)
			if got := read(t, resp); got != "pago" {
				t.Errorf("the app got %q", got)
			}
			if u := s.next().Upstream; u.TLSVersion != test.version || u.Cipher != test.suite {
				t.Errorf("the vendor chose %s and %s, want %s and %s", u.TLSVersion, u.Cipher, test.version, test.suite)
			}
		})
	}
}

// A vendor that is not as old as its app may be is not taken at less than the app takes.
func TestAnAppGetsNoVersionThatItDoesNotWant(t *testing.T) {
	v := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	v.Config.ErrorLog = log.New(io.Discard, "", 0)
	v.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	v.StartTLS()
	t.Cleanup(v.Close)
	s := newStage(t, v)
	resp, err := s.client().Get(v.URL)
	check(t, err)
	read(t, resp)
	if x := s.next(); resp.StatusCode != http.StatusBadGateway || x.Err == nil || x.Err.Type != "tls_alert_received" {
		t.Errorf("the app got %s, recorded as %v", resp.Status, x.Err)
	}
}

// In TLS 1.3 a vendor says that it wants a certificate when the app may have asked already,
// or not yet.
func TestAnAppIsToldThatAVendorDemandsACertificate(t *testing.T) {
	for name, late := range map[string]bool{"before the request": true, "whenever": false} {
		t.Run(name, func(t *testing.T) {
			over := make(chan struct{}, 1)
			v := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the vendor let the call in") }))
			v.Config.ErrorLog = log.New(io.Discard, "", 0)
			v.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateClosed {
					over <- struct{}{}
				}
			}
			v.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13}
			v.StartTLS()
			t.Cleanup(v.Close)
			s := newStage(t, v)
			target := v.Listener.Addr().String()
			app := tls.Client(s.tunnelTo(target), &tls.Config{RootCAs: s.roots, ServerName: "127.0.0.1"})
			check(t, app.HandshakeContext(t.Context()))
			if late {
				<-over
			}
			_, err := io.WriteString(app, "GET /saldo HTTP/1.1\r\nHost: "+target+"\r\n\r\n")
			check(t, err)
			resp, err := http.ReadResponse(bufio.NewReader(app), nil)
			check(t, err)
			said := read(t, resp)
			if resp.StatusCode != http.StatusBadGateway || !strings.Contains(said, "client certificate") {
				t.Errorf("the app got %s: %s", resp.Status, said)
			}
			if x := s.next(); x.Err == nil || x.Err.Phase != proxy.PhaseTLS || !strings.Contains(x.Err.Text, "client certificate") || x.Aborted || x.Request.URL != v.URL+"/saldo" {
				t.Errorf("recorded as %v, aborted %t, %s", x.Err, x.Aborted, x.Request.URL)
			}
		})
	}
}

// In HTTP/2 the app has said more by then, and the answer is ours, too.
func TestAnAppOfHTTP2IsToldThatAVendorDemandsACertificate(t *testing.T) {
	v := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the vendor let the call in") }))
	v.EnableHTTP2 = true
	v.Config.ErrorLog = log.New(io.Discard, "", 0)
	v.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13}
	v.StartTLS()
	t.Cleanup(v.Close)
	s := newStage(t, v)
	for _, body := range []string{"", "valor=10", strings.Repeat("x", 1<<20)} {
		resp, err := s.client().Post(v.URL+"/pix", "text/plain", strings.NewReader(body))
		if len(body) > 1<<10 && err != nil {
			// More was sent than is kept of it: the connection ends, and why is recorded.
			resp = nil
		} else {
			check(t, err)
		}
		if resp != nil {
			said := read(t, resp)
			if resp.ProtoMajor != 2 || resp.StatusCode != http.StatusBadGateway || resp.Header.Get("Proxy-Status") == "" || !strings.Contains(said, "client certificate") {
				t.Errorf("the app got %s %s: %s", resp.Proto, resp.Status, said)
			}
		}
		x := s.next()
		if x.Err == nil || x.Err.Phase != proxy.PhaseTLS || !strings.Contains(x.Err.Text, "client certificate") || x.Aborted || x.Request.URL != v.URL+"/pix" ||
			x.Upstream.ALPN != "h2" || resp != nil && string(x.Request.Body.Data) != body[:min(len(body), bodyLimit)] {
			t.Errorf("recorded as %v, aborted %t, %s by %+v with %d bytes", x.Err, x.Aborted, x.Request.URL, x.Upstream, len(x.Request.Body.Data))
		}
		s.none()
	}
}

// The app may share a suite with its vendor that we lack, and is told how to go on.
func TestAVendorOfOtherSuitesIsNamed(t *testing.T) {
	for name, test := range map[string]struct {
		suites []byte
		told   bool
	}{
		"the app offers DHE as well":  {[]byte{0xc0, 0x2f, 0x00, 0x9f}, true},
		"the app offers what we have": {[]byte{0xc0, 0x2f, 0x00, 0xff, 0x5a, 0x5a}, false},
	} {
		t.Run(name, func(t *testing.T) {
			vendor := rawVendor(t, func(c net.Conn) {
				if _, err := c.Read(make([]byte, 4096)); err == nil {
					io.WriteString(c, "\x15\x03\x03\x00\x02\x02\x28")
				}
			})
			s := newStage(t)
			c := s.tunnelTo(vendor)
			_, err := c.Write(helloWith(test.suites...))
			check(t, err)
			c.Close()
			x := s.next()
			if x.Err == nil || x.Err.Type != "tls_alert_received" || strings.Contains(x.Err.Text, "add 127.0.0.1 to proxy.passthrough") != test.told {
				t.Errorf("recorded as %v", x.Err)
			}
		})
	}
}

// An app with which we share no suite may share one with its vendor.
func TestAnAppThatSharesNothingWithUsIsTunnelledFromThenOn(t *testing.T) {
	vendor := tlsVendor(t, func(http.ResponseWriter, *http.Request) {})
	s := newStage(t, vendor)
	c := s.tunnelTo(vendor.Listener.Addr().String())
	_, err := c.Write(helloWith(0x00, 0x9f)) // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
	check(t, err)
	if alert, err := io.ReadAll(c); err != nil || string(alert) != "\x15\x03\x03\x00\x02\x02\x28" {
		t.Errorf("the app got %x, %v, want the alert handshake_failure", alert, err)
	}
	for _, learned := range s.server.Learned() {
		if learned.Host == vendor.Listener.Addr().String() {
			return
		}
	}
	t.Errorf("learned %+v", s.server.Learned())
}

// helloWith returns a hello of TLS 1.2 that offers cipher suites (RFC 5246, section
// 7.4.1.2).
func helloWith(suite ...byte) []byte {
	hello := append([]byte{3, 3}, make([]byte, 32)...) // version and random
	hello = append(hello, 0)                           // no session
	hello = append(append(hello, 0, byte(len(suite))), suite...)
	hello = append(hello, 1, 0) // no compression
	hello = append([]byte{handshakeHello, 0, 0, byte(len(hello))}, hello...)
	return append([]byte{22, 3, 1, 0, byte(len(hello))}, hello...)
}

const handshakeHello = 1
