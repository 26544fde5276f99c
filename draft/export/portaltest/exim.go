//go:build e2e

package portaltest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Exim is a real Exim 4 that takes mail with STARTTLS from the user "exporter" with
// the password "segredo".
type Exim struct {
	// Address is host and port.
	Address string
	// CAFile is its certificate.
	CAFile string
	dir    string
}

// StartExim starts a fresh one that stops with the test.
func StartExim(t *testing.T) Exim {
	t.Helper()
	dir, port := t.TempDir(), freePort(t)
	writeCertificate(t, dir)
	script := filepath.Join(Folder("exim"), "exim.sh")
	if out, err := exec.CommandContext(t.Context(), script, "up", dir, port).CombinedOutput(); err != nil {
		t.Fatalf("start Exim: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.CommandContext(context.WithoutCancel(t.Context()), script, "down", dir).CombinedOutput(); err != nil {
			t.Errorf("stop Exim: %v: %s", err, out)
		}
	})
	return Exim{Address: "127.0.0.1:" + port, CAFile: filepath.Join(dir, "cert.pem"), dir: dir}
}

// writeCertificate makes a certificate for loopback that signs itself.
func writeCertificate(t *testing.T, dir string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: certificate}, "key.pem": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Mails waits until the mailbox has n mails, and returns what is in it.
func (x Exim) Mails(t *testing.T, n int) (mails []*mail.Message) {
	t.Helper()
	box := filepath.Join(x.dir, "mail", "Maildir", "new")
	// Running the queue is what delivers, and takes until it is done.
	const runs = 200
	for range runs {
		found, err := filepath.Glob(filepath.Join(box, "*"))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) >= n {
			return readMails(t, found)
		}
		if out, err := exec.CommandContext(t.Context(), "/usr/sbin/exim4", "-C", filepath.Join(x.dir, "exim.conf"), "-q").CombinedOutput(); err != nil {
			t.Fatalf("run the queue: %v: %s", err, out)
		}
	}
	t.Fatalf("the mailbox does not have %d mails", n)
	return nil
}

func readMails(t *testing.T, files []string) (mails []*mail.Message) {
	t.Helper()
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		})
		m, err := mail.ReadMessage(f)
		if err != nil {
			t.Fatal(err)
		}
		mails = append(mails, m)
	}
	return mails
}
