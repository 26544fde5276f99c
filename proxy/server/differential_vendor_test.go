package server_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"flagrante/proxy/gather"
)

// wireName is the vendor's name, for SNI and in its certificate.
const wireName = "vendor.example"

// wireVendor accepts the connections of one run of a case. The first is the
// vendor's peer of the script, and all are counted.
type wireVendor struct {
	listener *net.TCPListener
	tls      *tls.Config
	first    chan *wirePeer
	over     sync.WaitGroup

	mu      sync.Mutex
	conns   int
	greeted greeting
	failed  error
}

// greeting is what the vendor learns from a TLS handshake.
type greeting struct {
	Name    string
	Offered []string
	Agreed  string
}

// listenOn takes the connections that arrive at l. The vendor speaks TLS under
// leaf unless that is nil.
func listenOn(l *net.TCPListener, leaf *tls.Certificate, protocols []string) *wireVendor {
	v := &wireVendor{listener: l, first: make(chan *wirePeer, 1)}
	if leaf != nil {
		v.tls = &tls.Config{
			Certificates: []tls.Certificate{*leaf}, NextProtos: protocols,
			SessionTicketsDisabled: true, GetConfigForClient: v.note,
		}
	}
	v.over.Go(v.accept)
	return v
}

func (v *wireVendor) note(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.greeted.Name, v.greeted.Offered = hello.ServerName, hello.SupportedProtos
	return nil, nil
}

func (v *wireVendor) accept() {
	for {
		conn, err := v.listener.Accept()
		if err != nil {
			return
		}
		v.mu.Lock()
		v.conns++
		isFirst := v.conns == 1
		v.mu.Unlock()
		if !isFirst {
			conn.Close()
			continue
		}
		if conn, err = v.secure(conn); err != nil {
			v.mu.Lock()
			v.failed = err
			v.mu.Unlock()
			continue
		}
		v.first <- newWirePeer("vendor", conn)
	}
}

func (v *wireVendor) secure(conn net.Conn) (net.Conn, error) {
	if v.tls == nil {
		return conn, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	secure := tls.Server(gather.New(conn), v.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	v.mu.Lock()
	v.greeted.Agreed = secure.ConnectionState().NegotiatedProtocol
	v.mu.Unlock()
	return secure, nil
}

// peer waits for the first connection.
func (v *wireVendor) peer() (*wirePeer, error) {
	timeout, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	select {
	case p := <-v.first:
		return p, nil
	case <-timeout.Done():
		v.mu.Lock()
		defer v.mu.Unlock()
		return nil, errors.Join(errors.New("nobody connects to the vendor"), v.failed)
	}
}

// close stops accepting, and says how many had connected. The listener stays
// open: its address is needed for another run.
func (v *wireVendor) close() (int, greeting) {
	// Only a closed listener refuses a deadline.
	_ = v.listener.SetDeadline(time.Now())
	v.over.Wait()
	_ = v.listener.SetDeadline(time.Time{})
	select {
	case p := <-v.first:
		_ = p.close()
	default:
	}
	return v.conns, v.greeted
}

// wireLeaf returns the vendor's certificate and the pool that trusts it.
func wireLeaf(t *testing.T) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: wireName}, DNSNames: []string{wireName},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
	check(t, err)
	leaf, err := x509.ParseCertificate(der)
	check(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, roots
}

func (g greeting) String() string {
	return fmt.Sprintf("SNI %q, ALPN %q of %q", g.Name, g.Agreed, g.Offered)
}
