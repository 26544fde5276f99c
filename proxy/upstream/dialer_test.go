package upstream_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
	"flagrante/proxy/upstream"
)

func TestDialPlain(t *testing.T) {
	addr := vendor(t)
	conn := dial(t, newDialer(t, upstream.Options{}), "bank.test:"+port(t, addr), upstream.Request{})
	if diff := cmp.Diff(proxy.Upstream{Addr: addr}, conn.Upstream); diff != "" {
		t.Error(diff)
	}
	if conn.Setup.DNS <= 0 || conn.Setup.Connect <= 0 || conn.Setup.TLS != 0 {
		t.Errorf("the times are %+v", conn.Setup)
	}
	if _, ok := conn.Conn.(*net.TCPConn); !ok {
		t.Errorf("the connection is a %T", conn.Conn)
	}
}

func TestDialTLS(t *testing.T) {
	ca := newAuthority(t, "Root", nil)
	leaf := ca.leaf(t, soon(), "bank.test")
	addr := tlsVendor(t, &tls.Config{Certificates: []tls.Certificate{leaf}, NextProtos: []string{"h2", "http/1.1"}})
	d := newDialer(t, upstream.Options{Roots: ca.roots})
	conn := dial(t, d, addr, upstream.Request{TLS: true, ServerName: "bank.test", ALPN: []string{"http/1.1"}})
	want := proxy.Upstream{
		Addr: addr, TLSVersion: "TLS 1.3", Cipher: conn.Upstream.Cipher, ALPN: "http/1.1",
		CertSubject: "CN=bank.test", CertIssuer: "CN=Root", CertNotAfter: leaf.Leaf.NotAfter,
	}
	if diff := cmp.Diff(want, conn.Upstream); diff != "" || want.Cipher == "" {
		t.Errorf("cipher %q, %s", want.Cipher, diff)
	}
	if conn.Setup.DNS != 0 || conn.Setup.Connect <= 0 || conn.Setup.TLS <= 0 {
		t.Errorf("the times are %+v", conn.Setup)
	}
}

func TestDialTakesTheNameOfTheTarget(t *testing.T) {
	ca := newAuthority(t, "Root", nil)
	addr := tlsVendor(t, &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, soon(), "bank.test", "127.0.0.1")}})
	d := newDialer(t, upstream.Options{Roots: ca.roots})
	dial(t, d, "bank.test:"+port(t, addr), upstream.Request{TLS: true})
	dial(t, d, addr, upstream.Request{TLS: true})
}

func TestNamesBelowLocalhostAreThisMachine(t *testing.T) {
	addr := vendor(t)
	for _, host := range []string{"localhost.", "banco.localhost", "API.Banco.LOCALHOST.", "münchen.localhost"} {
		dial(t, newDialer(t, upstream.Options{}), net.JoinHostPort(host, port(t, addr)), upstream.Request{})
	}
}

func TestSessionsResume(t *testing.T) {
	ca := newAuthority(t, "Root", nil)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		addr := tlsVendor(t, &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, soon(), "bank.test")}, MaxVersion: version})
		d := newDialer(t, upstream.Options{Roots: ca.roots})
		for _, want := range []bool{false, true} {
			conn := dial(t, d, addr, upstream.Request{TLS: true, ServerName: "bank.test"})
			if got := conn.Conn.(*tls.Conn).ConnectionState().DidResume; got != want {
				t.Errorf("%s: resumed is %v, want %v", tls.VersionName(version), got, want)
			}
			if conn.Upstream.CertSubject != "CN=bank.test" {
				t.Errorf("the certificate is %q", conn.Upstream.CertSubject)
			}
		}
	}
}

func TestDialFails(t *testing.T) {
	silent := serve(t, keepSilent).String()
	hangsUp := serve(t, hangUp).String()
	tests := map[string]struct {
		options upstream.Options
		target  string
		tls     bool
		want    proxy.Error
	}{
		"unknown name": {upstream.Options{}, "nobody.invalid:443", true,
			proxy.Error{Type: "dns_error", Phase: proxy.PhaseDNS, Text: "no such host: nobody.invalid"}},
		"silent names": {upstream.Options{Resolver: names(t, true), Timeouts: upstream.Timeouts{Connect: 50 * time.Millisecond}}, "bank.test:443", true,
			proxy.Error{Type: "dns_timeout", Phase: proxy.PhaseDNS, Text: "no answer about the name bank.test"}},
		"nobody listens": {upstream.Options{}, gone, true,
			proxy.Error{Type: "connection_refused", Phase: proxy.PhaseConnect, Text: "the vendor's address refused the connection"}},
		"silent handshake": {upstream.Options{Timeouts: upstream.Timeouts{Handshake: 50 * time.Millisecond}}, silent, true,
			proxy.Error{Type: "connection_timeout", Phase: proxy.PhaseTLS, Text: "the vendor did not finish the TLS handshake in time"}},
		"ended handshake": {upstream.Options{}, hangsUp, true,
			proxy.Error{Type: "connection_terminated", Phase: proxy.PhaseTLS, Text: "the vendor closed the connection during the TLS handshake"}},
		"no TLS": {upstream.Options{}, vendor(t), true,
			proxy.Error{Type: "tls_protocol_error", Phase: proxy.PhaseTLS, Text: "the vendor does not speak TLS on this port"}},
	}
	for _, bad := range []string{"", "bank.test", "bank.test:", ":443", "bank.test:0", "bank.test:65536", "bank.test:https", "a\r\nb:443", "[::1:443"} {
		tests["target "+bad] = struct {
			options upstream.Options
			target  string
			tls     bool
			want    proxy.Error
		}{upstream.Options{}, bad, false,
			proxy.Error{Type: "http_request_error", Phase: proxy.PhaseConnect, Text: "the request names no host and port that can be dialled"}}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, _ := refused(t, newDialer(t, test.options), test.target, upstream.Request{TLS: test.tls})
			if diff := cmp.Diff(test.want, *got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRefusedCertificateIsDescribed(t *testing.T) {
	ca := newAuthority(t, "Root", nil)
	now := time.Now()
	tests := map[string]struct {
		leaf tls.Certificate
		want string
	}{
		"expired":      {ca.leaf(t, now.Add(-time.Hour), "bank.test"), "expired"},
		"wrong name":   {ca.leaf(t, soon(), "other.test"), "not bank.test"},
		"unknown root": {newAuthority(t, "Stranger", nil).leaf(t, soon(), "bank.test"), "unknown authority"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			addr := tlsVendor(t, &tls.Config{Certificates: []tls.Certificate{test.leaf}})
			cause, err := refused(t, newDialer(t, upstream.Options{Roots: ca.roots}), addr, upstream.Request{TLS: true, ServerName: "bank.test"})
			if cause.Type != "tls_certificate_error" || cause.Phase != proxy.PhaseTLS || !strings.Contains(cause.Text, test.want) {
				t.Errorf("got %v, want one about %q", cause, test.want)
			}
			leaf := test.leaf.Leaf
			want := proxy.Upstream{Addr: addr, CertSubject: leaf.Subject.String(), CertIssuer: leaf.Issuer.String(), CertNotAfter: leaf.NotAfter}
			if diff := cmp.Diff(want, err.Upstream); diff != "" {
				t.Error(diff)
			}
			if err.Setup.Connect <= 0 || err.Setup.TLS <= 0 {
				t.Errorf("the times are %+v", err.Setup)
			}
		})
	}
}

func TestDialEndsWithItsContext(t *testing.T) {
	reached := make(chan struct{})
	silent := serve(t, func(c net.Conn) { hangUp(c); close(reached); io.Copy(io.Discard, c) }).String()
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-reached; cancel() }()
	_, err := newDialer(t, upstream.Options{}).Dial(ctx, silent, upstream.Request{TLS: true})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
