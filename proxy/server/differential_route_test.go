package server_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"flagrante/proxy/gather"
)

// wireRoute is a way from app to vendor: straight, or through the proxy that
// listens on the address via.
type wireRoute struct {
	via string
	// roots verify whoever answers for the vendor.
	roots *x509.CertPool
	// patience of the app, if it is not the usual one.
	patience time.Duration
}

// connect opens the app's connection for a case.
func (r wireRoute) connect(c wireCase, mode wireMode, vendor string) (net.Conn, error) {
	addr := vendor
	if r.via != "" {
		addr = r.via
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	if r.via != "" && mode != wirePlain {
		conn, err = openTunnel(conn, vendor, c.appBegins)
	}
	if err != nil || mode != wireTLS {
		return conn, err
	}
	secure := tls.Client(gather.New(conn), &tls.Config{ServerName: wireName, RootCAs: r.roots, NextProtos: c.appALPN})
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, fmt.Errorf("agree on TLS: %w", err)
	}
	return secure, nil
}

func openTunnel(conn net.Conn, vendor string, eager bool) (net.Conn, error) {
	asking := "CONNECT " + vendor + " HTTP/1.1\r\nHost: " + vendor + "\r\n\r\n"
	if eager {
		return &eagerConn{Conn: conn, head: []byte(asking)}, nil
	}
	if _, err := io.WriteString(conn, asking); err != nil {
		return nil, err
	}
	return conn, readConnected(conn)
}

// readConnected reads the answer to a CONNECT and nothing behind it.
func readConnected(conn net.Conn) error {
	conn.SetReadDeadline(time.Now().Add(patience))
	defer conn.SetReadDeadline(time.Time{})
	var head strings.Builder
	for one := make([]byte, 1); !strings.HasSuffix(head.String(), "\r\n\r\n"); {
		if _, err := io.ReadFull(conn, one); err != nil {
			return fmt.Errorf("read the answer to CONNECT after %q: %w", head.String(), err)
		}
		head.Write(one)
	}
	if !strings.HasPrefix(head.String(), "HTTP/1.1 200 ") {
		return fmt.Errorf("no tunnel: %q", head.String())
	}
	return nil
}

// eagerConn sends its CONNECT together with the first bytes of the tunnel.
type eagerConn struct {
	net.Conn
	head []byte
	once sync.Once
	err  error
}

func (c *eagerConn) Write(p []byte) (int, error) {
	if c.head == nil {
		return c.Conn.Write(p)
	}
	n, err := c.Conn.Write(append(c.head, p...))
	n = max(0, n-len(c.head))
	c.head = nil
	return n, err
}

func (c *eagerConn) Read(p []byte) (int, error) {
	c.once.Do(func() { c.err = readConnected(c.Conn) })
	if c.err != nil {
		return 0, c.err
	}
	return c.Conn.Read(p)
}

// CloseWrite is that of the connection inside.
func (c *eagerConn) CloseWrite() error { return tcpOf(c.Conn).CloseWrite() }

// meddler may change what a tunnel passes in one direction: it gets every piece
// of bytes, and how the direction ended.
type meddler struct {
	bytes func([]byte) []byte
	end   func(error) error
}

func honest() meddler {
	return meddler{bytes: func(p []byte) []byte { return p }, end: func(err error) error { return err }}
}

// blindTunnel serves CONNECT with nothing but two copying loops, the yardstick
// for what a proxy can keep.
func blindTunnel(t *testing.T, toApp func() meddler) string {
	t.Helper()
	return acceptAll(t, func(app net.Conn) {
		defer app.Close()
		asked, err := readConnect(app)
		if err != nil {
			return
		}
		vendor, err := (&net.Dialer{Timeout: patience}).Dial("tcp", asked)
		if err != nil {
			return
		}
		defer vendor.Close()
		io.WriteString(app, "HTTP/1.1 200 OK\r\n\r\n")
		var both sync.WaitGroup
		both.Go(func() { pass(vendor, app, honest()) })
		both.Go(func() { pass(app, vendor, toApp()) })
		both.Wait()
	})
}

// readConnect reads a CONNECT and nothing behind it, and returns its target.
func readConnect(app net.Conn) (string, error) {
	var head strings.Builder
	for one := make([]byte, 1); !strings.HasSuffix(head.String(), "\r\n\r\n"); {
		if _, err := io.ReadFull(app, one); err != nil {
			return "", err
		}
		head.Write(one)
	}
	var target string
	_, err := fmt.Sscanf(head.String(), http.MethodConnect+" %s HTTP/1.1", &target)
	return target, err
}

// pass copies until src ends, and ends dst in the same way.
func pass(dst, src net.Conn, m meddler) {
	buf := make([]byte, 64<<10)
	for {
		n, err := src.Read(buf)
		if piece := m.bytes(buf[:n]); len(piece) > 0 {
			if _, werr := dst.Write(piece); werr != nil {
				reset(src)
				return
			}
		}
		if err == nil {
			continue
		}
		switch endOf(m.end(err)) {
		case "end":
			_ = tcpOf(dst).CloseWrite()
		case "":
		default:
			reset(dst)
		}
		return
	}
}

// acceptAll serves every connection on a goroutine, all of which have ended
// when the test has.
func acceptAll(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	var group sync.WaitGroup
	group.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			group.Go(func() { serve(c) })
		}
	})
	t.Cleanup(func() { l.Close(); group.Wait() })
	return l.Addr().String()
}
