package upstream_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/fips140"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy/upstream"
)

// with is a certificate together with those that a vendor sends beside it.
func with(leaf tls.Certificate, between ...*authority) tls.Certificate {
	leaf.Certificate = slices.Clone(leaf.Certificate)
	for _, a := range between {
		leaf.Certificate = append(leaf.Certificate, a.cert.Raw)
	}
	return leaf
}

// TestHandshakesFailAsThoseOfCryptoTLS compares the errors of a dialer, and what the vendor is
// told of them, with those of crypto/tls where that verifies by a pool of its own.
func TestHandshakesFailAsThoseOfCryptoTLS(t *testing.T) {
	root, stranger := newAuthority(t, "Root", nil), newAuthority(t, "Stranger", nil)
	between := newAuthority(t, "Between", root)
	for name, leaf := range map[string]tls.Certificate{
		"good":              with(between.leaf(t, soon(), "bank.test"), between),
		"one is missing":    between.leaf(t, soon(), "bank.test"),
		"expired":           root.leaf(t, time.Now().Add(-time.Minute), "bank.test"),
		"another name":      root.leaf(t, soon(), "other.test"),
		"of a stranger":     with(stranger.leaf(t, soon(), "bank.test"), stranger),
		"of its namesake":   newAuthority(t, "Root", nil).leaf(t, soon(), "bank.test"),
		"what signs others": {Certificate: [][]byte{root.cert.Raw}, PrivateKey: root.key},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			heard := make(chan string, 2)
			addr := serve(t, refusing(leaf, version, heard)).String()
			conn, want := tls.Dial("tcp", addr, &tls.Config{ServerName: "bank.test", RootCAs: root.pool()})
			if want == nil {
				check(t, conn.Close())
			}
			d := newDialer(t, upstream.Options{Roots: root.roots})
			passed, got := d.Dial(t.Context(), addr, upstream.Request{TLS: true, ServerName: "bank.test"})
			if got == nil {
				passed.Close()
			}
			if diff := cmp.Diff(unverifiedBy(want), unverifiedBy(got)); diff != "" || (want == nil) != (got == nil) {
				t.Errorf("%s, %s: of crypto/tls (-) and ours (+): %s", name, tls.VersionName(version), diff)
			}
			if theirs, ours := <-heard, <-heard; theirs != ours {
				t.Errorf("%s, %s: the vendor was told %q, and %q by crypto/tls", name, tls.VersionName(version), ours, theirs)
			}
		}
	}
}

// refusing makes a vendor that says how each handshake ended, which its client ends at the latest after it.
func refusing(leaf tls.Certificate, version uint16, heard chan<- string) func(net.Conn) {
	return func(conn net.Conn) {
		secured := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{leaf}, MaxVersion: version})
		_, err := secured.Read(make([]byte, 1))
		heard <- fmt.Sprint(err)
	}
}

// unverifiedBy is what an error says of certificates.
func unverifiedBy(err error) []string {
	bad, ok := errors.AsType[*tls.CertificateVerificationError](err)
	if !ok {
		return nil
	}
	said := []string{bad.Error()}
	for _, cert := range bad.UnverifiedCertificates {
		said = append(said, cert.Subject.String())
	}
	return said
}

// TestSessionsEndWithTheirCertificates has a certificate between the vendor's and the root that expires
// while a session could be resumed: then all are verified, by what the vendor has by then.
func TestSessionsEndWithTheirCertificates(t *testing.T) {
	root := newAuthority(t, "Root", nil)
	short := again(t, newAuthority(t, "Between", nil), false, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(time.Hour) }, root)
	renewed := again(t, short, true, asItIs, root)
	leaf := short.leaf(t, soon(), "bank.test")
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		var present atomic.Pointer[tls.Certificate]
		first, second := with(leaf, short), with(leaf, renewed)
		present.Store(&first)
		addr := tlsVendor(t, &tls.Config{MaxVersion: version, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return present.Load(), nil }})
		var later atomic.Int64
		d := newDialer(t, upstream.Options{Roots: root.roots, Now: func() time.Time { return time.Now().Add(time.Duration(later.Load())) }})
		var got []bool
		connect := func() {
			conn := dial(t, d, addr, upstream.Request{TLS: true, ServerName: "bank.test"})
			got = append(got, conn.Conn.(*tls.Conn).ConnectionState().DidResume)
		}
		connect()
		connect()
		connect()
		later.Store(int64(2 * time.Hour))
		if cause, _ := refused(t, d, addr, upstream.Request{TLS: true, ServerName: "bank.test"}); cause.Type != "tls_certificate_error" {
			t.Errorf("%s: a certificate that has expired passed: %v", tls.VersionName(version), cause)
		}
		present.Store(&second)
		connect()
		connect()
		if diff := cmp.Diff([]bool{false, true, true, false, true}, got); diff != "" {
			t.Errorf("%s: resumed are %s", tls.VersionName(version), diff)
		}
	}
}

// TestKeysOfChains has an authority with a key that FIPS 140-3 does not know: it is refused where the
// program is told to keep to that, and there alone.
func TestKeysOfChains(t *testing.T) {
	root := newAuthority(t, "Root", nil)
	key, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	check(t, err)
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: "Small"}, SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: soon(),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, root.cert, key.Public(), root.key)
	check(t, err)
	cert, err := x509.ParseCertificate(der)
	check(t, err)
	small := &authority{cert, key}
	addr := tlsVendor(t, &tls.Config{Certificates: []tls.Certificate{with(small.leaf(t, soon(), "bank.test"), small)}})
	conn, err := newDialer(t, upstream.Options{Roots: root.roots}).Dial(t.Context(), addr, upstream.Request{TLS: true, ServerName: "bank.test"})
	if err == nil {
		conn.Close()
	}
	if refused := unverifiedBy(err) != nil; refused != fips140.Enabled() {
		t.Errorf("the answer is %v, where FIPS 140-3 holds: %v", err, fips140.Enabled())
	}
}

// TestKeysOfChainsByFIPS runs TestKeysOfChains where FIPS 140-3 holds.
func TestKeysOfChainsByFIPS(t *testing.T) {
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKeysOfChains$", "-test.v")
	again.Env = append(os.Environ(), "GODEBUG=fips140=on")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
