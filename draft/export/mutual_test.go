package export

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flagrante/draft"
)

// person makes a client certificate that signs itself, and the files of it.
func person(t *testing.T, name string) (cert *x509.Certificate, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true, IsCA: true, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	template.Subject.CommonName = name
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, certFile, keyFile
}

// patient is a listener whose connections are read to their end before they close, as front
// ends do: a reset for what was not read would overtake what was said last.
type patient struct{ net.Listener }

func (p patient) Accept() (net.Conn, error) {
	conn, err := p.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return lingering{conn.(*net.TCPConn)}, nil
}

type lingering struct{ *net.TCPConn }

func (l lingering) Close() error {
	// The other side may be gone.
	_ = l.CloseWrite()
	io.Copy(io.Discard, l.TCPConn)
	return l.TCPConn.Close()
}

// A portal that asks for a client certificate says what it thinks of it after the handshake,
// in TLS 1.3, and has read nothing of what was sent to it until then.
func TestAPortalThatAsksForACertificate(t *testing.T) {
	known, certFile, keyFile := person(t, "loja")
	_, otherCert, otherKey := person(t, "outra")
	clients := x509.NewCertPool()
	clients.AddCert(known)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		portal := &odd{answers: map[string][]reply{"POST /tickets": {says(201, `{"id": 9}`)}}}
		server := httptest.NewUnstartedServer(portal)
		server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients, MinVersion: version, MaxVersion: version}
		server.Config.ErrorLog = log.New(new(strings.Builder), "", 0)
		server.Listener = patient{server.Listener}
		server.StartTLS()
		t.Cleanup(server.Close)
		ca := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			name, cert, key string
			state           draft.ReceiptState
			says            string
		}{
			{"none", "", "", draft.ReceiptFailed, "set cert_file and key_file"},
			{"of somebody else", otherCert, otherKey, draft.ReceiptFailed, "refused the client certificate"},
			{"known", certFile, keyFile, draft.ReceiptSent, ""},
		} {
			x := ownPortal(t, []byte("name: odd\ntext: text.plain\nsteps:\n"+oddCreate), Portal{URL: server.URL, CAFile: ca, CertFile: test.cert, KeyFile: test.key, Attach: []string{}})
			if result := deliver(t, x, sample()); result.State != test.state || !strings.Contains(result.Text, test.says) {
				t.Errorf("%s, %s: got %s: %s", tls.VersionName(version), test.name, result.State, result.Text)
			}
		}
		if got := portal.asked("POST"); len(got) != 1 {
			t.Errorf("%s: the portal got %q", tls.VersionName(version), got)
		}
	}
}
