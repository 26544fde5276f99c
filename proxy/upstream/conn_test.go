package upstream_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
	"flagrante/proxy/fault"
	"flagrante/proxy/upstream"
)

// demanding wants a client certificate of clients.
func demanding(t *testing.T, server tls.Certificate, clients *x509.CertPool, version uint16) string {
	return tlsVendor(t, &tls.Config{
		Certificates: []tls.Certificate{server}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients, MaxVersion: version,
	})
}

// certificateRule writes a certificate to files and has it shown to bank.test.
func certificateRule(t *testing.T, cert tls.Certificate) upstream.Certificate {
	t.Helper()
	return upstream.Certificate{Host: "*.test", CertFile: file(t, pemCerts(cert.Leaf)), KeyFile: file(t, pemKey(t, cert.PrivateKey))}
}

// firstError dials and reads, whichever of them fails.
func firstError(t *testing.T, d *upstream.Dialer, addr string) error {
	t.Helper()
	conn, err := d.Dial(t.Context(), addr, upstream.Request{TLS: true, ServerName: "bank.test"})
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Read(make([]byte, 1))
	if err == nil {
		t.Fatal("the vendor answered")
	}
	return conn.Explain(err)
}

func TestVendorDemandsACertificate(t *testing.T) {
	ca, clients := newAuthority(t, "Root", nil), newAuthority(t, "Clients", nil)
	server := ca.leaf(t, soon(), "bank.test")
	stranger := certificateRule(t, newAuthority(t, "Stranger", nil).leaf(t, soon(), "app"))
	good := certificateRule(t, clients.leaf(t, soon(), "app"))
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		addr := demanding(t, server, clients.pool(), version)
		tests := map[string]struct {
			certs []upstream.Certificate
			text  string
		}{
			"none":      {nil, "the vendor demands a client certificate; none is configured for bank.test"},
			"another's": {[]upstream.Certificate{stranger}, "the vendor refused the client certificate configured for *.test: tls: unknown certificate authority"},
		}
		for name, test := range tests {
			t.Run(tls.VersionName(version)+" "+name, func(t *testing.T) {
				err := firstError(t, newDialer(t, upstream.Options{Roots: ca.roots, Certificates: test.certs}), addr)
				want := &proxy.Error{Type: "tls_alert_received", Phase: proxy.PhaseTLS, Text: test.text}
				if diff := cmp.Diff(want, fault.Cause(err)); diff != "" {
					t.Error(diff)
				}
			})
		}
		d := newDialer(t, upstream.Options{Roots: ca.roots, Certificates: []upstream.Certificate{good}})
		dial(t, d, addr, upstream.Request{TLS: true, ServerName: "bank.test"})
	}
}

// TestVendorHangsUpForLackOfACertificate has a vendor that asks for a
// certificate, gets none, and closes the connection without an alert.
func TestVendorHangsUpForLackOfACertificate(t *testing.T) {
	ca := newAuthority(t, "Root", nil)
	config := &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, soon(), "bank.test")}, ClientAuth: tls.RequestClientCert}
	addr := serve(t, func(c net.Conn) {
		if err := tls.Server(c, config).HandshakeContext(t.Context()); err != nil {
			t.Error(err)
		}
	}).String()
	err := firstError(t, newDialer(t, upstream.Options{Roots: ca.roots}), addr)
	want := &proxy.Error{Type: "connection_terminated", Phase: proxy.PhaseTLS, Text: "the vendor asked for a client certificate, got none, and closed the connection; none is configured for bank.test"}
	if diff := cmp.Diff(want, fault.Cause(err)); diff != "" {
		t.Error(diff)
	}
}

// TestVendorThatAnsweredAndBreaksOff has a vendor that would like a certificate,
// answers without one, and breaks off later for another reason.
func TestVendorThatAnsweredAndBreaksOff(t *testing.T) {
	ca := newAuthority(t, "Root", nil)
	addr := tlsVendor(t, &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, soon(), "bank.test")}, ClientAuth: tls.RequestClientCert})
	conn := dial(t, newDialer(t, upstream.Options{Roots: ca.roots}), addr, upstream.Request{TLS: true, ServerName: "bank.test"})
	for _, err := range []error{io.ErrUnexpectedEOF, syscall.ECONNRESET} {
		if got := fault.Cause(conn.Explain(err)); strings.Contains(got.Text, "certificate") {
			t.Errorf("%v became %v", err, got)
		}
	}
}

func TestExplainLeavesOtherErrorsAlone(t *testing.T) {
	ca := newAuthority(t, "Root", nil)
	addr := tlsVendor(t, &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, soon(), "bank.test")}})
	d := newDialer(t, upstream.Options{Roots: ca.roots})
	alert := &net.OpError{Op: "remote error", Err: tls.AlertError(116)}
	for _, conn := range []*upstream.Conn{
		dial(t, d, addr, upstream.Request{TLS: true, ServerName: "bank.test"}),
		dial(t, d, vendor(t), upstream.Request{}),
	} {
		for _, err := range []error{io.EOF, alert} {
			if got := conn.Explain(err); !errors.Is(got, err) || fault.Cause(got).Text != fault.Cause(err).Text {
				t.Errorf("%v became %v", err, got)
			}
		}
	}
}

func TestCloseWrite(t *testing.T) {
	ca := newAuthority(t, "Root", nil)
	addr := tlsVendor(t, &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, soon(), "bank.test")}})
	d := newDialer(t, upstream.Options{Roots: ca.roots})
	for _, conn := range []*upstream.Conn{
		dial(t, d, addr, upstream.Request{TLS: true, ServerName: "bank.test"}),
		dial(t, d, vendor(t), upstream.Request{}),
	} {
		io.WriteString(conn, "last words")
		check(t, conn.CloseWrite())
		got, err := io.ReadAll(conn)
		if string(got) != "last words" || err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("got %q, %v", got, err)
		}
	}
}
