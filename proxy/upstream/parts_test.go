package upstream_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"flagrante/proxy"
	"flagrante/proxy/fault"
	"flagrante/proxy/upstream"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// authority issues certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, name string, issuer *authority) *authority {
	t.Helper()
	a := &authority{}
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.cert, a.key = sign(t, template, issuer)
	return a
}

// sign makes a key and a certificate; without an issuer it signs itself.
func sign(t *testing.T, template *x509.Certificate, issuer *authority) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	parent, by := template, key
	if issuer != nil {
		parent, by = issuer.cert, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), by)
	check(t, err)
	cert, err := x509.ParseCertificate(der)
	check(t, err)
	return cert, key
}

// leaf issues a certificate for hosts, good until the given time.
func (a *authority) leaf(t *testing.T, until time.Time, hosts ...string) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: hosts[0]}, NotBefore: until.AddDate(-1, 0, 0), NotAfter: until,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	cert, key := sign(t, template, a)
	return tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}
}

func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

func (a *authority) roots() *upstream.Roots { return upstream.RootsOf(a.pool()) }

func noRoots() *upstream.Roots { return upstream.RootsOf(x509.NewCertPool()) }

func soon() time.Time { return time.Now().AddDate(0, 1, 0) }

func pemCerts(certs ...*x509.Certificate) []byte {
	var text []byte
	for _, c := range certs {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return text
}

func pemKey(t *testing.T, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	check(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// file writes text to a new file and returns its name.
func file(t *testing.T, text []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	check(t, os.WriteFile(name, text, 0o600))
	return name
}

// serve handles each connection to a new listener on loopback, and waits for
// the handlers when the test ends.
func serve(t *testing.T, handle func(net.Conn)) net.Addr {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				defer context.AfterFunc(ctx, func() { conn.Close() })()
				handle(conn)
			}()
		}
	}()
	t.Cleanup(func() { cancel(); l.Close(); <-done })
	return l.Addr()
}

// gone is an address on which nobody listens: the port of tcpmux (RFC 1078), which nobody
// serves, and which nobody is given who asks for any port.
const gone = "127.0.0.1:1"

// vendor greets with "hello" and echoes.
func vendor(t *testing.T) string {
	return serve(t, greet).String()
}

func greet(conn net.Conn) {
	io.WriteString(conn, "hello")
	io.Copy(conn, conn)
}

// keepSilent reads and answers nothing.
func keepSilent(conn net.Conn) { io.Copy(io.Discard, conn) }

// hangUp takes what comes first, and ends the connection.
func hangUp(conn net.Conn) {
	if _, err := conn.Read(make([]byte, 1<<16)); err != nil {
		conn.Close()
	}
}

// tlsVendor does the same inside TLS.
func tlsVendor(t *testing.T, config *tls.Config) string {
	return serve(t, func(conn net.Conn) {
		secured := tls.Server(conn, config)
		if secured.HandshakeContext(t.Context()) == nil {
			greet(secured)
		}
	}).String()
}

// names answers every look-up below .test with 127.0.0.1, and knows no other
// name; silent, it answers nothing.
func names(t *testing.T, silent bool) *net.Resolver {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	check(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		query := make([]byte, 512)
		for {
			n, from, err := socket.ReadFrom(query)
			if err != nil {
				return
			}
			reply := lookup(query[:n])
			if silent || reply == nil {
				continue
			}
			if _, err := socket.WriteTo(reply, from); err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { check(t, socket.Close()); <-done })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", socket.LocalAddr().String())
	}}
}

func lookup(query []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Response, m.Additionals = true, nil
	switch ours, _ := filepath.Match("*.test.", q.Name.String()); {
	case !ours:
		m.RCode = dnsmessage.RCodeNameError
	case q.Type == dnsmessage.TypeA:
		header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
		m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}}}
	}
	reply, err := m.Pack()
	if err != nil {
		return nil
	}
	return reply
}

// newDialer fills in what every Dialer needs.
func newDialer(t *testing.T, o upstream.Options) *upstream.Dialer {
	t.Helper()
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Resolver == nil {
		o.Resolver = names(t, false)
	}
	d, err := upstream.New(o)
	check(t, err)
	return d
}

// dial connects, reads the greeting, and closes the connection with the test.
func dial(t *testing.T, d *upstream.Dialer, target string, r upstream.Request) *upstream.Conn {
	t.Helper()
	conn, err := d.Dial(t.Context(), target, r)
	check(t, err)
	t.Cleanup(func() { conn.Close() })
	greeting := make([]byte, 5)
	_, err = io.ReadFull(conn, greeting)
	if err != nil || string(greeting) != "hello" {
		t.Fatalf("the greeting is %q, %v", greeting, err)
	}
	return conn
}

// refused returns the name of the error of a dial that has to fail.
func refused(t *testing.T, d *upstream.Dialer, target string, r upstream.Request) (*proxy.Error, *upstream.Error) {
	t.Helper()
	conn, err := d.Dial(t.Context(), target, r)
	if err == nil {
		conn.Close()
		t.Fatal("the connection was made")
	}
	var e *upstream.Error
	if !errors.As(err, &e) {
		t.Fatalf("the error is a %T, want *upstream.Error", err)
	}
	return fault.Cause(err), e
}

func port(t *testing.T, addr string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(addr)
	check(t, err)
	return port
}
