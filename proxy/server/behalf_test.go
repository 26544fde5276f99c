package server_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"
)

// forwarding sends a request for https as those for http are sent, without a tunnel.
func (s *stage) forwarding(t *testing.T, method, target, body string) (string, string) {
	t.Helper()
	app, err := net.Dial("tcp", s.addr)
	check(t, err)
	defer app.Close()
	u, err := url.Parse(target)
	check(t, err)
	_, err = fmt.Fprintf(app, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\nProxy-Connection: x\r\nConnection: close\r\n\r\n%s", method, target, u.Host, len(body), body)
	check(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(app), nil)
	check(t, err)
	return resp.Status, read(t, resp)
}

func TestTLSIsSpokenForAppsThatLeaveItToTheProxy(t *testing.T) {
	vendor := tlsVendor(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(http.StatusConflict)
		fmt.Fprintf(w, "%s %s %s %q %s", r.Proto, r.Host, r.RequestURI, r.Header["Proxy-Connection"], body)
	})
	s := newStage(t, vendor)
	status, got := s.forwarding(t, "POST", vendor.URL+"/v1/pix?a=b", "olá")
	host := vendor.Listener.Addr().String()
	if want := "HTTP/1.1 " + host + ` /v1/pix?a=b [] olá`; status != "409 Conflict" || got != want {
		t.Errorf("the app got %s, %s, want %s", status, got, want)
	}
	x := s.next()
	if x.Request.URL != vendor.URL+"/v1/pix?a=b" || string(x.Request.Body.Data) != "olá" || x.Response == nil || x.Response.Status != 409 ||
		x.Upstream.TLSVersion == "" || x.Phases.TLS <= 0 {
		t.Errorf("recorded was %+v, answer %+v", x, x.Response)
	}
}

func TestNoVendorForAppsThatLeaveTLSToTheProxy(t *testing.T) {
	vendor := tlsVendor(t, func(http.ResponseWriter, *http.Request) {})
	s := newStage(t)
	status, _ := s.forwarding(t, "GET", vendor.URL+"/a", "")
	x := s.next()
	if status != "502 Bad Gateway" || x.Err == nil || x.Err.Type != "tls_certificate_error" || x.Request.URL != vendor.URL+"/a" {
		t.Errorf("the app got %s, recorded was %+v, error %v", status, x.Request, x.Err)
	}
}

// TestAnswerCutWithinARecordIsCutForAppsWithoutTLS ends an answer without length in the
// middle of a record: without TLS, an orderly end would make it whole.
func TestAnswerCutWithinARecordIsCutForAppsWithoutTLS(t *testing.T) {
	vendor := tlsVendor(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\nhalf")
		bare := conn.(*tls.Conn).NetConn()
		io.WriteString(bare, "\x17\x03\x03\x01\x00the first bytes of a record")
		bare.Close()
	})
	s := newStage(t, vendor)
	app, err := net.Dial("tcp", s.addr)
	check(t, err)
	defer app.Close()
	_, err = fmt.Fprintf(app, "GET %s/ HTTP/1.1\r\nHost: x\r\n\r\n", vendor.URL)
	check(t, err)
	if got, err := io.ReadAll(app); err == nil {
		t.Errorf("the app got %q, and took it for whole", got)
	}
	if x := s.next(); x.Response == nil || x.Response.Body.Complete || x.Response.Body.Err == "" {
		t.Errorf("recorded was %+v", x.Response)
	}
}
