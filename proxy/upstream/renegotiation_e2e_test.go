//go:build e2e

package upstream_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"flagrante/proxy/upstream"
)

// Go's own server does not renegotiate, so the vendor is that of OpenSSL.
func TestAVendorMayRenegotiate(t *testing.T) {
	ca := newAuthority(t, "Root", nil)
	leaf, client := ca.leaf(t, soon(), "bank.test"), ca.leaf(t, soon(), "loja")
	certFile, keyFile := file(t, pemCerts(leaf.Leaf)), file(t, pemKey(t, leaf.PrivateKey))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	vendor := exec.CommandContext(ctx, "stdbuf", "-oL", "openssl", "s_server", "-accept", "127.0.0.1:0", "-tls1_2", "-msg", "-CAfile", file(t, pemCerts(ca.cert)), "-cert", certFile, "-key", keyFile)
	orders, err := vendor.StdinPipe()
	check(t, err)
	out, err := vendor.StdoutPipe()
	check(t, err)
	check(t, vendor.Start())
	defer func() {
		// It does not always end with its input.
		cancel()
		_, _ = orders.Close(), vendor.Wait()
	}()
	said := bufio.NewReader(out)
	addr := strings.TrimPrefix(awaitLine(t, said, "ACCEPT "), "ACCEPT ")
	d := newDialer(t, upstream.Options{Roots: ca.roots, Certificates: []upstream.Certificate{
		{Host: "bank.test", CertFile: file(t, pemCerts(client.Leaf)), KeyFile: file(t, pemKey(t, client.PrivateKey))},
	}})
	conn, err := d.Dial(t.Context(), addr, upstream.Request{TLS: true, ServerName: "bank.test"})
	check(t, err)
	defer conn.Close()
	heard := make(chan string, 1)
	go func() {
		line, err := bufio.NewReader(conn).ReadString('\n')
		heard <- fmt.Sprint(line, err)
		conn.Close()
	}()
	// This renegotiates, and asks for a certificate. An order is read with what came along.
	_, err = io.WriteString(orders, "R\n")
	check(t, err)
	// That it has the key is proved by those alone who have shown a certificate.
	awaitLine(t, said, "CertificateVerify")
	awaitLine(t, said, ">>> TLS 1.2, Handshake [length 0010], Finished")
	_, err = io.WriteString(orders, "hello\n")
	check(t, err)
	if got := <-heard; got != "hello\n<nil>" {
		t.Errorf("the app was told %s", got)
	}
}

// awaitLine returns the first line that holds something.
func awaitLine(t *testing.T, r *bufio.Reader, part string) string {
	t.Helper()
	for {
		line, err := r.ReadString('\n')
		if strings.Contains(line, part) {
			return strings.TrimSpace(line)
		}
		check(t, err)
	}
}
