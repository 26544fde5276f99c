package upstream_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"testing"
)

// testProxy is an upstream proxy. It reaches every name at 127.0.0.1.
type testProxy struct {
	addr string

	mu   sync.Mutex
	asks []string
	// via is the field of that name in each of them.
	via []string
	// answer replaces what the proxy says to the next requests; with an empty
	// string it connects.
	answer string
	// auth is the only value of Proxy-Authorization that is let in.
	auth string
	// eager sends the first bytes of the vendor together with the answer.
	eager bool
}

// seen returns what the proxy was asked for.
func (p *testProxy) seen() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asks
}

func (p *testProxy) vias() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.via
}

func (p *testProxy) noteVia(via string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.via = append(p.via, via)
}

func (p *testProxy) note(ask string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asks = append(p.asks, ask)
}

// newConnectProxy speaks HTTP, inside TLS unless config is nil.
func newConnectProxy(t *testing.T, config *tls.Config) *testProxy {
	t.Helper()
	p := &testProxy{}
	p.addr = serve(t, func(conn net.Conn) {
		if config != nil {
			conn = tls.Server(conn, config)
		}
		p.connect(conn)
	}).String()
	return p
}

func (p *testProxy) connect(conn net.Conn) {
	reader := bufio.NewReader(conn)
	req, err := http.ReadRequest(reader)
	if err != nil {
		return
	}
	p.noteVia(req.Header.Get("Via"))
	p.note(req.Method + " " + req.RequestURI + " " + req.Header.Get("Proxy-Authorization"))
	switch {
	case p.answer != "":
		io.WriteString(conn, p.answer)
		io.Copy(io.Discard, reader)
	case p.auth != "" && p.auth != req.Header.Get("Proxy-Authorization"):
		io.WriteString(conn, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")
	case req.Method != http.MethodConnect:
		io.WriteString(conn, "hello")
	default:
		p.join(conn, reader, req.RequestURI, "HTTP/1.1 200 Connection established\r\nContent-Length: 7\r\n\r\n")
	}
}

// join connects to the target and says yes, together with the first bytes of
// the vendor.
func (p *testProxy) join(conn net.Conn, rest io.Reader, target, yes string) {
	_, port, err := net.SplitHostPort(target)
	if err != nil {
		return
	}
	vendor, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		io.WriteString(conn, "HTTP/1.1 502 Bad Gateway\r\n\r\n")
		return
	}
	defer vendor.Close()
	go func() {
		io.Copy(vendor, rest)
		if err := vendor.(*net.TCPConn).CloseWrite(); err != nil {
			vendor.Close()
		}
	}()
	first := make([]byte, 1<<10)
	n := 0
	if p.eager {
		n, _ = vendor.Read(first)
	}
	conn.Write(append([]byte(yes), first[:n]...))
	io.Copy(conn, vendor)
}

// newSOCKSProxy speaks RFC 1928, and RFC 1929 when user is not empty. With a
// reply other than 0 it refuses.
func newSOCKSProxy(t *testing.T, user, password string, reply byte) *testProxy {
	t.Helper()
	p := &testProxy{}
	p.addr = serve(t, func(conn net.Conn) { p.socks(conn, user, password, reply) }).String()
	return p
}

func (p *testProxy) socks(conn net.Conn, user, password string, reply byte) {
	methods := counted(conn, 1)
	method := byte(0)
	if user != "" {
		method = 2
	}
	if !bytes.Contains(methods, []byte{method}) {
		conn.Write([]byte{5, 0xff})
		return
	}
	conn.Write([]byte{5, method})
	if user != "" {
		gotUser, gotPassword := counted(conn, 1), counted(conn, 0)
		if string(gotUser) != user || string(gotPassword) != password {
			conn.Write([]byte{1, 1})
			return
		}
		conn.Write([]byte{1, 0})
	}
	target := socksTarget(conn)
	p.note("SOCKS " + target)
	if reply != 0 {
		conn.Write([]byte{5, reply, 0, 1, 0, 0, 0, 0, 0, 0})
		return
	}
	p.join(conn, conn, target, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
}

// counted skips some bytes and reads a byte count with its bytes.
func counted(r io.Reader, skip int) []byte {
	head := taken(r, skip+1)
	return taken(r, int(head[skip]))
}

// taken reads n bytes; those that do not come are zero.
func taken(r io.Reader, n int) []byte {
	bytes := make([]byte, n)
	if _, err := io.ReadFull(r, bytes); err != nil {
		return make([]byte, n)
	}
	return bytes
}

func socksTarget(r io.Reader) string {
	host := ""
	switch taken(r, 4)[3] {
	case 1:
		host = net.IP(taken(r, 4)).String()
	case 3:
		host = string(counted(r, 0))
	}
	return net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(taken(r, 2)))))
}
