package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"flagrante/proxy"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// refusing is an address on which nobody listens: the port of tcpmux (RFC 1078), which
// nobody serves, and which nobody is given who asks for any port.
const refusing = "127.0.0.1:1"

// reset ends a connection with RST instead of FIN.
func reset(c net.Conn) {
	if err := c.(*net.TCPConn).SetLinger(0); err != nil {
		panic(err)
	}
	c.Close()
}

func readHead(c net.Conn) { _, _ = http.ReadRequest(bufio.NewReader(c)) }

func TestNoAnswer(t *testing.T) {
	untrusted := tlsVendor(t, func(http.ResponseWriter, *http.Request) {})
	mute := make(chan struct{})
	tests := map[string]struct {
		url    string
		want   proxy.Error
		status int
	}{
		"refused":     {"http://" + refusing, proxy.Error{Type: "connection_refused", Phase: proxy.PhaseConnect}, 502},
		"refused tls": {"https://" + refusing, proxy.Error{Type: "connection_refused", Phase: proxy.PhaseConnect}, 502},
		"no name":     {"https://nowhere.invalid", proxy.Error{Type: "dns_error", Phase: proxy.PhaseDNS}, 502},
		"untrusted":   {untrusted.URL, proxy.Error{Type: "tls_certificate_error", Phase: proxy.PhaseTLS}, 502},
		"not tls":     {"https://" + rawVendor(t, func(c net.Conn) { io.WriteString(c, "HTTP/1.0 400 Bad\r\n\r\n") }), proxy.Error{Type: "tls_protocol_error", Phase: proxy.PhaseTLS}, 502},
		"closed tls":  {"https://" + rawVendor(t, func(c net.Conn) { _, _ = c.Read(make([]byte, 1024)) }), proxy.Error{Type: "connection_terminated", Phase: proxy.PhaseTLS}, 502},
		"silent":      {"http://" + rawVendor(t, func(net.Conn) { <-mute }), proxy.Error{Type: "http_response_timeout", Phase: proxy.PhaseWait}, 504},
		"silent tls":  {"https://" + rawVendor(t, func(net.Conn) { <-mute }), proxy.Error{Type: "connection_timeout", Phase: proxy.PhaseTLS}, 504},
	}
	// Cleanups run last first: the mute vendors end before they are waited for.
	t.Cleanup(func() { close(mute) })
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStageWith(t, func(o *server.Options, _ *upstream.Options) {
				if test.status == http.StatusGatewayTimeout {
					o.Timeouts.Answer, o.Timeouts.Handshake = 300*time.Millisecond, 300*time.Millisecond
				}
			})
			resp, err := s.client().Get(test.url + "/v1/pix?token=hunter2")
			check(t, err)
			body := read(t, resp)
			if resp.StatusCode != test.status || !strings.Contains(resp.Header.Get("Proxy-Status"), "flagrante; error="+test.want.Type) {
				t.Errorf("the app got %s with Proxy-Status %q, want %d and %s", resp.Status, resp.Header.Get("Proxy-Status"), test.status, test.want.Type)
			}
			var said struct{ Detail, Source string }
			check(t, json.Unmarshal([]byte(body), &said))
			if said.Source != "flagrante" || !strings.Contains(said.Detail, "not the vendor") || strings.Contains(body, "hunter2") {
				t.Errorf("the app was told %s", body)
			}
			x := s.next()
			if x.Err == nil || x.Err.Type != test.want.Type || x.Err.Phase != test.want.Phase || x.Response != nil || x.Aborted {
				t.Errorf("recorded as %v, response %v, aborted %v, want %v", x.Err, x.Response, x.Aborted, test.want)
			}
			if x.Err != nil && strings.Contains(x.Err.Text, "hunter2") {
				t.Errorf("the error holds what the vendor or the app sent: %s", x.Err.Text)
			}
			s.none()
		})
	}
}

func TestEndsOfTheVendorAreTheEndsOfTheApp(t *testing.T) {
	tests := map[string]struct {
		vendor func(net.Conn)
		same   func(error) bool
		want   string
	}{
		"reset": {func(c net.Conn) { readHead(c); reset(c) }, func(err error) bool { return errors.Is(err, syscall.ECONNRESET) }, "connection_terminated"},
		"close": {func(c net.Conn) { readHead(c) }, func(err error) bool { return errors.Is(err, io.EOF) }, "connection_terminated"},
		"no HTTP": {func(c net.Conn) { readHead(c); io.WriteString(c, "senha=hunter2\r\n\r\n") },
			func(err error) bool { return strings.Contains(err.Error(), "malformed HTTP response") }, "http_protocol_error"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			_, err := s.client().Get("http://" + rawVendor(t, test.vendor))
			if err == nil || !test.same(err) {
				t.Errorf("the app saw %v", err)
			}
			x := s.next()
			if x.Err == nil || x.Err.Type != test.want || x.Response != nil || x.Aborted || strings.Contains(x.Err.Text, "hunter2") {
				t.Errorf("recorded as %v, response %v, aborted %v, unread %q", x.Err, x.Response, x.Aborted, x.Unread)
			}
		})
	}
}

func TestRefusedCertificateIsDescribed(t *testing.T) {
	vendor := tlsVendor(t, func(http.ResponseWriter, *http.Request) {})
	s := newStage(t)
	resp, err := s.client().Get(vendor.URL)
	check(t, err)
	read(t, resp)
	x := s.next()
	if !x.Upstream.CertNotAfter.Equal(vendor.Certificate().NotAfter) || x.Upstream.CertSubject == "" {
		t.Errorf("the certificate was described as %+v", x.Upstream)
	}
}

func TestBrokenAnswerNeverLooksComplete(t *testing.T) {
	for name, head := range map[string]string{
		"length":  "Content-Length: 100\r\n\r\nabc",
		"chunked": "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
	} {
		for _, end := range []func(net.Conn){reset, func(c net.Conn) { c.Close() }} {
			t.Run(name, func(t *testing.T) {
				// A reset overtakes bytes that were not read, so the app reads them first.
				arrived := make(chan struct{})
				vendor := rawVendor(t, func(c net.Conn) {
					readHead(c)
					io.WriteString(c, "HTTP/1.1 200 OK\r\n"+head)
					<-arrived
					end(c)
				})
				s := newStage(t)
				resp, err := s.client().Get("http://" + vendor)
				check(t, err)
				defer resp.Body.Close()
				_, err = io.ReadFull(resp.Body, make([]byte, len("abc")))
				close(arrived)
				check(t, err)
				if data, err := io.ReadAll(resp.Body); err == nil {
					t.Errorf("the broken answer looked complete: abc%q", data)
				}
				x := s.next()
				if x.Response == nil || x.Response.Body.Complete || x.Response.Body.Err == "" || string(x.Response.Body.Data) != "abc" || x.Aborted {
					t.Errorf("recorded as %+v, aborted %v", x.Response, x.Aborted)
				}
			})
		}
	}
}

func TestAppGivesUp(t *testing.T) {
	for _, early := range []bool{true, false} {
		t.Run(fmt.Sprint("before the answer=", early), func(t *testing.T) {
			arrived, left := make(chan struct{}), make(chan struct{})
			vendor := tlsVendor(t, func(w http.ResponseWriter, r *http.Request) {
				if !early {
					io.WriteString(w, "first")
					w.(http.Flusher).Flush()
				}
				if early {
					close(arrived)
				}
				<-r.Context().Done()
				close(left)
			})
			s := newStage(t, vendor)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, "GET", vendor.URL, nil)
			check(t, err)
			answered, over := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(over)
				resp, err := s.client().Do(req)
				if err == nil {
					close(answered)
					io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
			}()
			if early {
				<-arrived
			} else {
				<-answered
			}
			cancel()
			<-over
			<-left
			x := s.next()
			if !x.Aborted || x.Err != nil || early != (x.Response == nil) {
				t.Errorf("recorded as aborted %v, error %v, response %v", x.Aborted, x.Err, x.Response)
			}
		})
	}
}

func TestLoopIsNoticed(t *testing.T) {
	s := newStage(t)
	for _, scheme := range []string{"http", "https"} {
		resp, err := s.client().Get(scheme + "://" + s.addr + "/")
		check(t, err)
		read(t, resp)
		if resp.StatusCode != http.StatusLoopDetected {
			t.Errorf("%s: got %s, want 508", scheme, resp.Status)
		}
		if x := s.next(); x.Err == nil || x.Err.Type != "proxy_loop_detected" {
			t.Errorf("%s: recorded as %v", scheme, x.Err)
		}
	}
}

func TestOwnListenersAreClosed(t *testing.T) {
	desk := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the desk was reached") }))
	t.Cleanup(desk.Close)
	s := newStageWith(t, func(_ *server.Options, o *upstream.Options) { o.Closed = []net.Addr{desk.Listener.Addr()} })
	resp, err := s.client().Get(desk.URL)
	check(t, err)
	read(t, resp)
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("got %s, want 403", resp.Status)
	}
	s.next()
}

func TestManyAtOnce(t *testing.T) {
	vendor := tlsVendor(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, r.URL.Path)
	})
	s := newStage(t, vendor)
	client := s.client()
	const calls = 50
	results := make(chan error, calls)
	for i := range calls {
		go func() {
			path := fmt.Sprint("/", i)
			resp, err := client.Get(vendor.URL + path)
			if err == nil {
				var body []byte
				body, err = io.ReadAll(resp.Body)
				resp.Body.Close()
				if string(body) != path {
					err = fmt.Errorf("%s was answered %q", path, body)
				}
			}
			results <- err
		}()
	}
	seen := map[string]bool{}
	for range calls {
		check(t, <-results)
		x := s.next()
		if len(x.Response.Body.Data) == 0 || !strings.HasSuffix(x.Request.URL, string(x.Response.Body.Data)) {
			t.Errorf("%s was recorded with the answer %q", x.Request.URL, x.Response.Body.Data)
		}
		seen[x.ID] = true
	}
	if len(seen) != calls {
		t.Errorf("%d different exchanges, want %d", len(seen), calls)
	}
}

// In HTTP/2 the app gets a reset and no word of ours; the record has the reason.
func TestALateVendorOfHTTP2(t *testing.T) {
	patience := make(chan struct{})
	vendor := tlsVendor(t, func(http.ResponseWriter, *http.Request) { <-patience })
	t.Cleanup(func() { close(patience) })
	s := newStageWith(t, func(o *server.Options, _ *upstream.Options) { o.Timeouts.Answer = 50 * time.Millisecond }, vendor)
	if resp, err := s.client().Get(vendor.URL + "/saldo"); err == nil {
		t.Errorf("the app got %s", resp.Status)
	}
	x := s.next()
	if x.Request.Proto != "HTTP/2.0" || x.Response != nil || x.Aborted || x.Err == nil || x.Err.Type != "http_response_timeout" || x.Err.Phase != proxy.PhaseWait {
		t.Errorf("recorded %s %s, response %v, aborted %t, error %v", x.Request.Proto, x.Request.URL, x.Response, x.Aborted, x.Err)
	}
	if x.Phases.Wait < 50*time.Millisecond {
		t.Errorf("waited %s", x.Phases.Wait)
	}
	s.none()
}
