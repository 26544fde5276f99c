package server_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

func TestForwardsAndReports(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Request-Id", "r-1")
		w.WriteHeader(http.StatusUnprocessableEntity)
		fmt.Fprintf(w, `{"codigo":"%s","got":"%s"}`, r.URL.RawQuery, body)
	}
	for name, vendor := range map[string]*httptest.Server{"https": tlsVendor(t, answer), "http": plainVendor(t, answer)} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, vendor)
			url := vendor.URL + "/v1/pix%2Fx?b=2&a=1;c"
			resp, err := s.client().Post(url, "text/plain", strings.NewReader("olá"))
			check(t, err)
			if got, want := read(t, resp), `{"codigo":"b=2&a=1;c","got":"olá"}`; got != want {
				t.Errorf("the app got %s, want %s", got, want)
			}
			x := s.next()
			if x.Request.Method != "POST" || x.Request.URL != url || string(x.Request.Body.Data) != "olá" || x.Request.Body.Size != 4 || !x.Request.Body.Complete {
				t.Errorf("the request was recorded as %+v, want POST %s", x.Request, url)
			}
			if x.Response == nil || x.Response.Status != 422 || x.Response.Header.Get("x-request-id") != "r-1" ||
				!strings.Contains(string(x.Response.Body.Data), "olá") || !x.Response.Body.Complete || x.Err != nil || x.Aborted {
				t.Errorf("the answer was recorded as %+v, error %v, aborted %v", x.Response, x.Err, x.Aborted)
			}
			if x.Phases.Total <= 0 || x.Phases.Wait <= 0 || x.Phases.Total < x.Phases.Wait {
				t.Errorf("phases %+v", x.Phases)
			}
			if secure := name == "https"; secure != (x.Upstream.TLSVersion != "") || secure != (x.Phases.TLS > 0) {
				t.Errorf("TLS facts %+v, phases %+v", x.Upstream, x.Phases)
			}
			loopback(t, x.Client)
			s.none()
		})
	}
}

func TestWhatTheAppSendsIsWhatTheVendorGets(t *testing.T) {
	var got http.Header
	vendor := tlsVendor(t, func(_ http.ResponseWriter, r *http.Request) { got = r.Header })
	s := newStage(t, vendor)
	req, err := http.NewRequest("GET", vendor.URL, nil)
	check(t, err)
	req.Header = http.Header{
		"User-Agent":      {""},
		"X-Forwarded-For": {"203.0.113.9"},
		"Forwarded":       {"for=203.0.113.9"},
		"X-Twice":         {"a", "b"},
	}
	resp, err := s.client().Do(req)
	check(t, err)
	read(t, resp)
	want := http.Header{"X-Forwarded-For": {"203.0.113.9"}, "Forwarded": {"for=203.0.113.9"}, "X-Twice": {"a", "b"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the vendor got other header fields (-want +got):\n%s", diff)
	}
}

func TestBodyIsCappedButCounted(t *testing.T) {
	const size = 5 * bodyLimit
	vendor := tlsVendor(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusInternalServerError)
		w.Write(bytes.Repeat([]byte("b"), size))
	})
	s := newStage(t, vendor)
	resp, err := s.client().Post(vendor.URL, "application/octet-stream", bytes.NewReader(bytes.Repeat([]byte("a"), size)))
	check(t, err)
	if n := len(read(t, resp)); n != size {
		t.Errorf("the app got %d bytes, want %d", n, size)
	}
	x := s.next()
	for side, body := range map[string]proxy.Body{"request": x.Request.Body, "response": x.Response.Body} {
		if len(body.Data) != bodyLimit || body.Size != size || !body.Complete || !body.Cut {
			t.Errorf("%s: %d bytes of %d, complete %v", side, len(body.Data), body.Size, body.Complete)
		}
	}
}

func TestFirstByteIsNotWithheld(t *testing.T) {
	for _, secure := range []bool{true, false} {
		t.Run(fmt.Sprint("https=", secure), func(t *testing.T) {
			more := make(chan struct{})
			drip := func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/x-ndjson")
				fmt.Fprintln(w, `{"n":1}`)
				w.(http.Flusher).Flush()
				<-more
				fmt.Fprintln(w, `{"n":2}`)
			}
			vendor := plainVendor(t, drip)
			if secure {
				vendor = tlsVendor(t, drip)
			}
			s := newStage(t, vendor)
			resp, err := s.client().Get(vendor.URL)
			check(t, err)
			lines := bufio.NewReader(resp.Body)
			first, err := lines.ReadString('\n')
			check(t, err)
			close(more)
			second, err := lines.ReadString('\n')
			check(t, err)
			check(t, resp.Body.Close())
			if first+second != "{\"n\":1}\n{\"n\":2}\n" {
				t.Errorf("got %q and %q", first, second)
			}
		})
	}
}

func TestTrailersArrive(t *testing.T) {
	vendor := tlsVendor(t, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "body")
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", "14")
	})
	s := newStage(t, vendor)
	resp, err := s.client().Get(vendor.URL)
	check(t, err)
	read(t, resp)
	if got := resp.Trailer.Get("Grpc-Status"); got != "14" {
		t.Errorf("the app got the trailer %q, want 14", got)
	}
	if got := s.next().Response.Trailer.Get("Grpc-Status"); got != "14" {
		t.Errorf("the trailer was recorded as %q, want 14", got)
	}
}

func TestUpgradePassesBothWays(t *testing.T) {
	vendor := plainVendor(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		line, _ := rw.ReadString('\n')
		io.WriteString(conn, "echo "+line)
	})
	s := newStage(t, vendor)
	conn, err := net.Dial("tcp", s.addr)
	check(t, err)
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n", vendor.URL)
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	check(t, err)
	if resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("got %s", resp.Status)
	}
	fmt.Fprintln(conn, "oi")
	line, err := r.ReadString('\n')
	check(t, err)
	if line != "echo oi\n" {
		t.Errorf("got %q", line)
	}
	if x := s.next(); x.Response == nil || x.Response.Status != 101 {
		t.Errorf("recorded as %+v", x.Response)
	}
}

func TestBytesSentTogetherWithConnectAreKept(t *testing.T) {
	vendor := plainVendor(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") })
	s := newStage(t, vendor)
	conn, err := net.Dial("tcp", s.addr)
	check(t, err)
	defer conn.Close()
	target := strings.TrimPrefix(vendor.URL, "http://")
	fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %[1]s\r\n\r\nGET /inside HTTP/1.1\r\nHost: %[1]s\r\nConnection: close\r\n\r\n", target)
	r := bufio.NewReader(conn)
	opened, err := http.ReadResponse(r, &http.Request{Method: http.MethodConnect})
	check(t, err)
	if opened.StatusCode != http.StatusOK {
		t.Fatalf("CONNECT was answered %s", opened.Status)
	}
	resp, err := http.ReadResponse(r, nil)
	check(t, err)
	if got := read(t, resp); got != "hello" {
		t.Errorf("got %q", got)
	}
	if x := s.next(); x.Request.URL != vendor.URL+"/inside" {
		t.Errorf("recorded as %s", x.Request.URL)
	}
}

func TestTheConnectTargetIsDialledAndSNINamesTheVendor(t *testing.T) {
	vendor := tlsVendor(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.TLS.ServerName+" "+r.Host) })
	s := newStage(t, vendor)
	conn, err := net.Dial("tcp", s.addr)
	check(t, err)
	defer conn.Close()
	fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\n\r\n", strings.TrimPrefix(vendor.URL, "https://"))
	_, err = http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect})
	check(t, err)
	// httptest's certificate is good for example.com.
	secure := tls.Client(conn, &tls.Config{RootCAs: s.roots, ServerName: "example.com"})
	check(t, secure.HandshakeContext(t.Context()))
	io.WriteString(secure, "GET /x HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(secure), nil)
	check(t, err)
	if got := read(t, resp); got != "example.com example.com" {
		t.Errorf("the vendor saw %q", got)
	}
	if x := s.next(); x.Request.URL != "https://example.com/x" || x.Upstream.Addr != strings.TrimPrefix(vendor.URL, "https://") {
		t.Errorf("recorded as %s at %s", x.Request.URL, x.Upstream.Addr)
	}
}

func TestProxyProtocolFromATrustedPeer(t *testing.T) {
	vendor := plainVendor(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") })
	for _, trusted := range []bool{true, false} {
		t.Run(fmt.Sprint("trusted=", trusted), func(t *testing.T) {
			s := newStageWith(t, func(o *server.Options, _ *upstream.Options) {
				if trusted {
					o.TrustedPeers = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
					o.Access.Allow = []netip.Prefix{netip.MustParsePrefix("200.160.2.3/32")}
				}
			})
			conn, err := net.Dial("tcp", s.addr)
			check(t, err)
			defer conn.Close()
			fmt.Fprintf(conn, "PROXY TCP4 200.160.2.3 10.0.0.1 4711 80\r\nGET %s/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", vendor.URL)
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			check(t, err)
			read(t, resp)
			if !trusted {
				if resp.StatusCode != http.StatusBadRequest {
					t.Errorf("an untrusted PROXY header was answered %s, want 400", resp.Status)
				}
				return
			}
			x := s.next()
			if got := x.Client.String(); got != "200.160.2.3:4711" {
				t.Errorf("the client is %s, want 200.160.2.3:4711", got)
			}
			loopback(t, x.Peer)
		})
	}
}

func TestOpenedLikeAWebSite(t *testing.T) {
	s := newStage(t)
	resp, err := http.Get("http://" + s.addr + "/")
	check(t, err)
	defer http.DefaultClient.CloseIdleConnections()
	if body := read(t, resp); resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, "HTTPS_PROXY") {
		t.Errorf("got %s %q", resp.Status, body)
	}
	s.none()
}

func TestServerSpeaksFirst(t *testing.T) {
	vendor := rawVendor(t, func(c net.Conn) {
		io.WriteString(c, "220 ready\r\n")
		line, _ := bufio.NewReader(c).ReadString('\n')
		io.WriteString(c, "250 "+line)
	})
	s := newSilentStage(t)
	conn, err := net.Dial("tcp", s.addr)
	check(t, err)
	defer conn.Close()
	fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\n\r\n", vendor)
	r := bufio.NewReader(conn)
	_, err = http.ReadResponse(r, &http.Request{Method: http.MethodConnect})
	check(t, err)
	greeting, err := r.ReadString('\n')
	check(t, err)
	fmt.Fprintln(conn, "EHLO me")
	reply, err := r.ReadString('\n')
	check(t, err)
	if greeting != "220 ready\r\n" || reply != "250 EHLO me\n" {
		t.Errorf("got %q and %q", greeting, reply)
	}
}
