package server_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// soonSilent has the vendor be connected soon where the app says nothing, and waits for
// the first word of either for longer than any test.
func soonSilent(o *server.Options) {
	o.Timeouts.Silence, o.Timeouts.FirstWord = 50*time.Millisecond, time.Hour
}

// newSilentStage is for apps that leave the first word to the vendor.
func newSilentStage(t *testing.T, vendors ...*httptest.Server) *stage {
	return newStageWith(t, func(o *server.Options, _ *upstream.Options) { soonSilent(o) }, vendors...)
}

// tunnelTo opens a tunnel in which nothing has been said.
func (s *stage) tunnelTo(target string) net.Conn {
	s.t.Helper()
	c, err := net.Dial("tcp", s.addr)
	check(s.t, err)
	s.t.Cleanup(func() { c.Close() })
	_, err = io.WriteString(c, "CONNECT "+target+" HTTP/1.1\r\nHost: "+target+"\r\n\r\n")
	check(s.t, err)
	answer := make([]byte, len("HTTP/1.1 200 Connection established\r\n\r\n"))
	_, err = io.ReadFull(c, answer)
	check(s.t, err)
	return c
}

func TestAVendorThatSpeaksFirstIsHeardAtOnce(t *testing.T) {
	target := rawVendor(t, func(c net.Conn) {
		io.WriteString(c, "220 pronto\r\n")
		io.Copy(c, c)
	})
	c := newSilentStage(t).tunnelTo(target)
	// Less than both may be silent for.
	check(t, c.SetReadDeadline(time.Now().Add(patience)))
	r := bufio.NewReader(c)
	for _, line := range []string{"220 pronto\r\n", "GET not HTTP\r\n"} {
		got, err := r.ReadString('\n')
		check(t, err)
		if got != line {
			t.Errorf("got %q, want %q", got, line)
		}
		_, err = io.WriteString(c, "GET not HTTP\r\n")
		check(t, err)
	}
}

func TestAVendorThatEndsAtOnceIsHeardAtOnce(t *testing.T) {
	c := newSilentStage(t).tunnelTo(rawVendor(t, func(net.Conn) {}))
	check(t, c.SetReadDeadline(time.Now().Add(patience)))
	if said, err := io.ReadAll(c); err != nil || len(said) > 0 {
		t.Errorf("got %q, error %v", said, err)
	}
}

// watched is a vendor that tells of new connections.
func watched(t *testing.T, start func(*httptest.Server)) (*httptest.Server, chan struct{}) {
	t.Helper()
	met := make(chan struct{}, 16)
	v := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "pago") }))
	v.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			met <- struct{}{}
		}
	}
	start(v)
	t.Cleanup(v.Close)
	return v, met
}

func TestAnAppThatTakesItsTimeIsReadAllTheSame(t *testing.T) {
	for name, start := range map[string]func(*httptest.Server){"https": (*httptest.Server).StartTLS, "http": (*httptest.Server).Start} {
		v, met := watched(t, start)
		vendors := []*httptest.Server{v}
		s := newSilentStage(t, vendors...)
		c := s.tunnelTo(v.Listener.Addr().String())
		// The vendor is connected while the app is silent.
		<-met
		if name == "https" {
			c = tls.Client(c, &tls.Config{RootCAs: s.roots, ServerName: "127.0.0.1"})
		}
		_, err := io.WriteString(c, "GET /saldo HTTP/1.1\r\nHost: "+v.Listener.Addr().String()+"\r\nConnection: close\r\n\r\n")
		check(t, err)
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		check(t, err)
		if got := read(t, resp); got != "pago" {
			t.Errorf("%s: got %q", name, got)
		}
		if x := s.next(); x.Response == nil || x.Request.URL != v.URL+"/saldo" {
			t.Errorf("%s: recorded %s, %v", name, x.Request.URL, x.Err)
		}
		if more := len(met); name == "http" && more > 0 {
			t.Errorf("http: %d connections more than needed", more)
		}
	}
}

// An app may be slow with the bytes of its first word, and is told by it all the same.
func TestAFirstWordThatDrips(t *testing.T) {
	vendor := plainVendor(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "pago") })
	s := newStageWith(t, func(o *server.Options, _ *upstream.Options) {
		o.Timeouts.Silence, o.Timeouts.FirstWord = time.Minute, time.Nanosecond
	}, vendor)
	c := s.tunnelTo(vendor.Listener.Addr().String())
	check(t, c.(*net.TCPConn).SetNoDelay(true))
	for _, b := range []byte("PROPFIND /saldo HTTP/1.1\r\nHost: banco\r\nConnection: close\r\n\r\n") {
		_, err := c.Write([]byte{b})
		check(t, err)
	}
	answer, err := io.ReadAll(c)
	check(t, err)
	if !strings.HasSuffix(string(answer), "pago") {
		t.Errorf("the app got %q", answer)
	}
	if x := s.next(); x.Request.Method != "PROPFIND" || x.Request.URL != "http://banco/saldo" {
		t.Errorf("recorded as %s %s", x.Request.Method, x.Request.URL)
	}
}

// gRPC without TLS comes in this way: HTTP/2 in a tunnel, by prior knowledge.
func TestHTTP2WithoutTLS(t *testing.T) {
	plain := &http.Protocols{}
	plain.SetUnencryptedHTTP2(true)
	vendor := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	vendor.Config.Protocols = plain
	vendor.Start()
	t.Cleanup(vendor.Close)
	for target, want := range map[string]int{vendor.Listener.Addr().String(): http.StatusTeapot, refusing: http.StatusBadGateway} {
		s := newSilentStage(t)
		transport := &http.Transport{Protocols: plain, DialContext: func(context.Context, string, string) (net.Conn, error) { return s.tunnelTo(target), nil }}
		t.Cleanup(transport.CloseIdleConnections)
		resp, err := (&http.Client{Transport: transport}).Get("http://" + target + "/saldo")
		check(t, err)
		read(t, resp)
		x := s.next()
		if resp.StatusCode != want || x.Request.Proto != "HTTP/2.0" || x.Request.URL != "http://"+target+"/saldo" || (x.Err == nil) != (want == http.StatusTeapot) {
			t.Errorf("the app got %s, recorded as %s %s, error %v", resp.Status, x.Request.Proto, x.Request.URL, x.Err)
		}
	}
}
