package server_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	socks "golang.org/x/net/proxy"

	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

func (s *stage) socksClient() *http.Client {
	transport := &http.Transport{
		Proxy:             http.ProxyURL(&url.URL{Scheme: "socks5h", Host: s.addr}),
		TLSClientConfig:   &tls.Config{RootCAs: s.roots},
		ForceAttemptHTTP2: true,
	}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestSOCKSIsTappedLikeATunnel(t *testing.T) {
	answer := func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "short and stout")
	}
	secure, plain := tlsVendor(t, answer), plainVendor(t, answer)
	s := newStage(t, secure)
	for _, address := range []string{secure.URL, plain.URL, strings.Replace(plain.URL, "127.0.0.1", "localhost", 1)} {
		resp, err := s.socksClient().Get(address + "/pot")
		check(t, err)
		if got := read(t, resp); got != "short and stout" {
			t.Errorf("%s: the app got %q", address, got)
		}
		x := s.next()
		if x.Request.URL != address+"/pot" || x.Response == nil || x.Response.Status != http.StatusTeapot {
			t.Errorf("recorded %s, %+v", x.Request.URL, x.Response)
		}
		loopback(t, x.Client)
	}
	s.none()
}

func TestSOCKSSaysWhyThereIsNoAnswer(t *testing.T) {
	s := newStage(t)
	for _, scheme := range []string{"https", "http"} {
		resp, err := s.socksClient().Get(scheme + "://127.0.0.1:1/")
		check(t, err)
		if resp.StatusCode != http.StatusBadGateway || !strings.Contains(resp.Header.Get("Proxy-Status"), "connection_refused") {
			t.Errorf("%s: got %s, %s", scheme, resp.Status, resp.Header.Get("Proxy-Status"))
		}
		read(t, resp)
		if x := s.next(); x.Err == nil || x.Err.Type != "connection_refused" {
			t.Errorf("%s: recorded %v", scheme, x.Err)
		}
	}
}

// afar is how the SOCKS client connects as if from another machine.
type afar struct{ *stage }

func (a afar) Dial(string, string) (net.Conn, error) { return a.fromAfar(), nil }

func TestSOCKSUsers(t *testing.T) {
	echo := rawVendor(t, func(c net.Conn) { io.Copy(c, c) })
	for name, test := range map[string]struct {
		access server.Access
		auth   *socks.Auth
		ok     bool
	}{
		"a user":           {ana, &socks.Auth{User: "ana", Password: "s3:nha"}, true},
		"a wrong password": {ana, &socks.Auth{User: "ana", Password: "x"}, false},
		"no password":      {ana, nil, false},
		"no users":         {server.Access{}, &socks.Auth{User: "ana", Password: "s3:nha"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := behindBalancer(t, test.access)
			dialer, err := socks.SOCKS5("tcp", s.addr, test.auth, afar{s})
			check(t, err)
			conn, err := dialer.Dial("tcp", echo)
			if (err == nil) != test.ok {
				t.Fatalf("connected: %v", err)
			}
			if !test.ok {
				return
			}
			defer conn.Close()
			_, err = io.WriteString(conn, "olá, not HTTP")
			check(t, err)
			back := make([]byte, len("olá, not HTTP"))
			_, err = io.ReadFull(conn, back)
			check(t, err)
			if string(back) != "olá, not HTTP" {
				t.Errorf("got back %q", back)
			}
		})
	}
}

func TestSOCKSRefusesOtherCommands(t *testing.T) {
	s := newStage(t)
	for command, name := range map[byte]string{2: "BIND", 3: "UDP"} {
		conn, err := net.Dial("tcp", s.addr)
		check(t, err)
		t.Cleanup(func() { conn.Close() })
		fmt.Fprintf(conn, "\x05\x01\x00\x05%c\x00\x01\x7f\x00\x00\x01\x01\xbb", command)
		said, err := io.ReadAll(conn)
		check(t, err)
		if string(said) != "\x05\x00\x05\x07\x00\x01\x00\x00\x00\x00\x00\x00" {
			t.Errorf("%s: answered %q", name, said)
		}
	}
}

func TestASlowSOCKSHandshakeEnds(t *testing.T) {
	s := newStageWith(t, func(o *server.Options, _ *upstream.Options) { o.Timeouts.Head = 50 * time.Millisecond })
	conn, err := net.Dial("tcp", s.addr)
	check(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "\x05\x02")
	check(t, err)
	check(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
	if n, err := conn.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read %d bytes, error %v, want the end", n, err)
	}
}

func TestSOCKSRepliesWithTheTruthWhereNothingIsIntercepted(t *testing.T) {
	echo := rawVendor(t, func(c net.Conn) { io.Copy(c, c) })
	gone := refusing
	s := newStageWith(t, func(o *server.Options, _ *upstream.Options) { o.Passthrough = patterns(t, "127.0.0.1", "*.invalid") })
	for target, code := range map[string]byte{echo: 0, gone: 5, "nome.invalid:443": 4, s.addr: 2} {
		conn, err := net.Dial("tcp", s.addr)
		check(t, err)
		t.Cleanup(func() { conn.Close() })
		host, port, err := net.SplitHostPort(target)
		check(t, err)
		number, err := strconv.Atoi(port)
		check(t, err)
		fmt.Fprintf(conn, "\x05\x01\x00\x05\x01\x00\x03%s%s%s", []byte{byte(len(host))}, host, []byte{byte(number >> 8), byte(number)})
		reply := make([]byte, 12)
		_, err = io.ReadFull(conn, reply)
		check(t, err)
		if reply[3] != code {
			t.Errorf("%s: replied %d, want %d", target, reply[3], code)
		}
		if code == 0 {
			continue
		}
		if rest, err := io.ReadAll(conn); err != nil || len(rest) > 0 {
			t.Errorf("%s: then came %q, error %v", target, rest, err)
		}
		if x := s.next(); x.Err == nil || x.Request.Method != "CONNECT" {
			t.Errorf("%s: recorded %s, %v", target, x.Request.Method, x.Err)
		}
	}
}

// An app that waits for an answer in another protocol is not left waiting.
func TestOtherProtocolsAreRefusedAtOnce(t *testing.T) {
	for name, test := range map[string]struct{ said, want, hint string }{
		"SOCKS4":         {"\x04\x01\x01\xbb\x7f\x00\x00\x01\x00", "\x00\x5b\x00\x00\x00\x00\x00\x00", "SOCKS5"},
		"TLS":            {string(helloWith(0x13, 0x01)), "", "http://"},
		"PROXY protocol": {"\r\n\r\n\x00\r\nQUIT\n", "HTTP/1.1 400 Bad Request", "origin.trusted_peers"},
		"PROXY in words": {"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", "HTTP/1.1 400 Bad Request", "origin.trusted_peers"},
		"HTTP/2":         {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 400 Bad Request", "HTTP/1.1 or SOCKS5"},
		"no word":        {"hello world\r\n", "HTTP/1.1 400 Bad Request", ""},
	} {
		logged := make(lines, 16)
		s := newStageWith(t, func(o *server.Options, _ *upstream.Options) { o.Log = zerolog.New(logged) })
		c, err := net.Dial("tcp", s.addr)
		check(t, err)
		check(t, c.SetDeadline(time.Now().Add(patience)))
		_, err = io.WriteString(c, test.said)
		check(t, err)
		// What we did not read makes a reset of the end.
		answer, _ := io.ReadAll(c)
		c.Close()
		if !strings.HasPrefix(string(answer), test.want) || test.want == "" && len(answer) > 0 {
			t.Errorf("%s: the app got %q", name, answer)
		}
		if test.hint != "" {
			if line := <-logged; !strings.Contains(line, test.hint) {
				t.Errorf("%s: logged %s", name, line)
			}
		}
	}
}
