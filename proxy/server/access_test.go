package server_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// far is an address that is not on this machine: the stage behind a load
// balancer takes everybody for it.
const far = "PROXY TCP4 192.0.2.7 192.0.2.1 4711 8790\r\n"

func behindBalancer(t *testing.T, access server.Access, vendors ...*httptest.Server) *stage {
	return newStageWith(t, func(o *server.Options, _ *upstream.Options) {
		o.TrustedPeers = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		o.Access = access
	}, vendors...)
}

// fromAfar connects as if from another machine.
func (s *stage) fromAfar() net.Conn {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	check(s.t, err)
	s.t.Cleanup(func() { conn.Close() })
	_, err = io.WriteString(conn, far)
	check(s.t, err)
	return conn
}

func ask(t *testing.T, conn net.Conn, head string) *http.Response {
	t.Helper()
	_, err := io.WriteString(conn, head)
	check(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	check(t, err)
	return resp
}

func basic(user string) string {
	return "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(user)) + "\r\n"
}

var ana = server.Access{Users: []server.User{{Name: "bia", Password: "x"}, {Name: "ana", Password: "s3:nha"}}}

func TestWhoMayUseTheProxy(t *testing.T) {
	vendor := plainVendor(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "hello", r.Header.Get("Proxy-Authorization"))
	})
	near := server.Access{Allow: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
	for name, test := range map[string]struct {
		access server.Access
		fields string
		status int
	}{
		"nobody from afar":       {server.Access{}, basic("ana:s3:nha"), 403},
		"an allowed network":     {near, "", 200},
		"another network":        {server.Access{Allow: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}}, "", 403},
		"a user":                 {ana, basic("ana:s3:nha"), 200},
		"no password":            {ana, "", 407},
		"a wrong password":       {ana, basic("ana:s3:nhA"), 407},
		"the password of others": {ana, basic("ana:x"), 407},
		"another scheme":         {ana, "Proxy-Authorization: Bearer YW5hOnMzOm5oYQ==\r\n", 407},
		"no base64":              {ana, "Proxy-Authorization: Basic ana:s3:nha\r\n", 407},
		"no colon":               {ana, basic("ana"), 407},
		"a password at a folded line": {
			ana, "X: y\r\n " + basic("ana:s3:nha"), 407,
		},
	} {
		host := strings.TrimPrefix(vendor.URL, "http://")
		for way, line := range map[string]string{"plain": "POST " + vendor.URL + "/ HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 3\r\n", "tunnel": "CONNECT " + host + " HTTP/1.1\r\nHost: " + host + "\r\n"} {
			t.Run(name+", "+way, func(t *testing.T) {
				s := behindBalancer(t, test.access)
				conn := s.fromAfar()
				resp := ask(t, conn, line+test.fields+"\r\nabc")
				if resp.StatusCode != test.status {
					t.Fatalf("got %s, want %d", resp.Status, test.status)
				}
				if offered := resp.Header.Get("Proxy-Authenticate"); strings.HasPrefix(offered, "Basic ") != (test.status == 407) {
					t.Errorf("Proxy-Authenticate: %s", offered)
				}
				if test.status != http.StatusOK {
					read(t, resp)
					s.none()
				} else if way == "plain" && read(t, resp) != "hello" {
					t.Error("the vendor got the password")
				}
			})
		}
	}
}

func TestThePasswordOfATunnelIsNotRecorded(t *testing.T) {
	vendor := tlsVendor(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	s := behindBalancer(t, ana, vendor)
	conn := s.fromAfar()
	host := strings.TrimPrefix(vendor.URL, "https://")
	resp := ask(t, conn, "CONNECT "+host+" HTTP/1.1\r\nHost: "+host+"\r\n"+basic("ana:s3:nha")+"X-App: a\r\n\r\n")
	if resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status)
	}
	app := tls.Client(conn, &tls.Config{RootCAs: s.roots, ServerName: "127.0.0.1"})
	read(t, ask(t, app, "GET / HTTP/1.1\r\nHost: "+host+"\r\n\r\n"))
	x := s.next()
	if x.Tunnel.Get("Proxy-Authorization") != "" || x.Tunnel.Get("X-App") != "a" {
		t.Errorf("the tunnel was recorded with %v", x.Tunnel)
	}
	if x.Client.String() != "192.0.2.7:4711" {
		t.Errorf("the client is %s", x.Client)
	}
}

// TestThePasswordStaysWithUs sends what can't be told from a second head after
// one that authenticates.
func TestThePasswordStaysWithUs(t *testing.T) {
	secret := strings.TrimSpace(strings.TrimPrefix(basic("ana:s3:nha"), "Proxy-Authorization: Basic "))
	for name, framing := range map[string]string{
		"two lengths":       "Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
		"length and chunks": "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"no chunk":          "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
		"another form":      "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			got := make(chan string, 1)
			addr := rawVendor(t, func(c net.Conn) {
				data, _ := io.ReadAll(c)
				got <- string(data)
			})
			s := behindBalancer(t, ana)
			conn := s.fromAfar()
			_, err := io.WriteString(conn, "POST http://"+addr+"/ HTTP/1.1\r\nHost: "+addr+"\r\n"+basic("ana:s3:nha")+framing+
				"GET /second HTTP/1.1\r\n"+basic("ana:s3:nha")+"\r\n")
			check(t, err)
			// The proxy may have ended the connection by now, which is as good.
			_ = conn.(*net.TCPConn).CloseWrite()
			if said := <-got; strings.Contains(said, secret) {
				t.Errorf("the vendor got %q", said)
			}
			conn.Close()
			s.next()
		})
	}
}

func TestAFailedRequestIsRecordedWithoutThePassword(t *testing.T) {
	s := behindBalancer(t, ana)
	resp := ask(t, s.fromAfar(), "GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: 127.0.0.1:1\r\n"+basic("ana:s3:nha")+"\r\n")
	if resp.StatusCode != http.StatusBadGateway {
		t.Errorf("got %s, want 502", resp.Status)
	}
	if x := s.next(); x.Request.Header.Get("Proxy-Authorization") != "" {
		t.Errorf("recorded with %v", x.Request.Header)
	}
}

func TestClientsOnThisMachineNeedNoPassword(t *testing.T) {
	vendor := plainVendor(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") })
	s := newStageWith(t, func(o *server.Options, _ *upstream.Options) { o.Access = ana })
	for _, user := range []*url.Userinfo{nil, url.UserPassword("ana", "wrong")} {
		transport := &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: s.addr, User: user})}
		t.Cleanup(transport.CloseIdleConnections)
		resp, err := (&http.Client{Transport: transport}).Get(vendor.URL)
		check(t, err)
		if got := read(t, resp); got != "hello" {
			t.Errorf("as %v: got %q", user, got)
		}
	}
}
