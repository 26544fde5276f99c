package upstream_test

import (
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
	"flagrante/proxy/upstream"
)

// via has every host reached through one upstream proxy.
func via(url string) upstream.Options {
	return upstream.Options{Proxies: []upstream.ProxyRule{{Host: "*", URL: url}}}
}

func TestConnectThroughHTTPProxy(t *testing.T) {
	for _, eager := range []bool{false, true} {
		p := newConnectProxy(t, nil)
		p.eager = eager
		target := "far.invalid:" + port(t, vendor(t))
		conn := dial(t, newDialer(t, via("http://"+p.addr)), target, upstream.Request{})
		if diff := cmp.Diff(proxy.Upstream{Proxy: p.addr}, conn.Upstream); diff != "" {
			t.Error(diff)
		}
		if conn.AbsoluteForm || conn.Setup.Connect <= 0 {
			t.Errorf("absolute form %v, times %+v", conn.AbsoluteForm, conn.Setup)
		}
		under := conn.Conn
		if wrapped, ok := under.(interface{ NetConn() net.Conn }); ok {
			under = wrapped.NetConn()
		}
		if _, ok := under.(*net.TCPConn); !ok {
			t.Errorf("underneath is a %T", under)
		}
		io.WriteString(conn, "ping")
		check(t, conn.CloseWrite())
		echo, err := io.ReadAll(conn)
		if err != nil || string(echo) != "ping" {
			t.Errorf("the echo is %q, %v", echo, err)
		}
		if diff := cmp.Diff([]string{"CONNECT " + target + " "}, p.seen()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestTLSThroughProxies(t *testing.T) {
	ca := newAuthority(t, "Root", nil)
	addr := tlsVendor(t, &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, soon(), "far.invalid")}, NextProtos: []string{"h2"}})
	plain := newConnectProxy(t, nil)
	secure := newConnectProxy(t, &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, soon(), "proxy.test")}})
	socks := newSOCKSProxy(t, "", "", 0)
	for url, hop := range map[string]string{
		"http://" + plain.addr:                       plain.addr,
		"https://proxy.test:" + port(t, secure.addr): "proxy.test:" + port(t, secure.addr),
		"socks5://" + socks.addr:                     socks.addr,
	} {
		o := via(url)
		o.Roots = ca.roots
		conn := dial(t, newDialer(t, o), "far.invalid:"+port(t, addr), upstream.Request{TLS: true, ALPN: []string{"h2"}})
		if u := conn.Upstream; u.Proxy != hop || u.Addr != "" || u.ALPN != "h2" || u.CertSubject != "CN=far.invalid" {
			t.Errorf("%s: %+v", url, u)
		}
	}
}

func TestCredentialsForHTTPProxy(t *testing.T) {
	p := newConnectProxy(t, nil)
	p.auth = "Basic dXNlcjpzZSBncmVkbw==" // user:se gredo
	target := "far.invalid:" + port(t, vendor(t))
	lookup := func(name string) (string, bool) { return "se gredo", name == "PROXY_PASSWORD" }
	good := map[string]upstream.ProxyRule{
		"in the URL":    {Host: "*", URL: "http://user:se%20gredo@" + p.addr},
		"in a variable": {Host: "*", URL: "http://user@" + p.addr, Password: upstream.Secret{Env: "PROXY_PASSWORD"}},
		"in a file":     {Host: "*", URL: "http://user@" + p.addr, Password: upstream.Secret{File: file(t, []byte("se gredo\r\n"))}},
	}
	for name, rule := range good {
		t.Run(name, func(t *testing.T) {
			dial(t, newDialer(t, upstream.Options{Proxies: []upstream.ProxyRule{rule}, LookupEnv: lookup}), target, upstream.Request{})
		})
	}
	bad := map[string]string{
		"http://" + p.addr:            "the upstream proxy " + p.addr + " wants credentials, and none are configured (407)",
		"http://user:wrong@" + p.addr: "the upstream proxy " + p.addr + " does not accept the configured credentials (407)",
	}
	for url, text := range bad {
		got, err := refused(t, newDialer(t, via(url)), target, upstream.Request{})
		want := proxy.Error{Type: "http_request_denied", Phase: proxy.PhaseConnect, Text: text}
		if diff := cmp.Diff(want, *got); diff != "" || strings.Contains(err.Error(), "wrong") || err.Upstream.Proxy != p.addr {
			t.Errorf("%v %+v %s", err, err.Upstream, diff)
		}
	}
}

func TestAbsoluteForm(t *testing.T) {
	p := newConnectProxy(t, nil)
	d := newDialer(t, via("http://user:pass@"+p.addr))
	conn, err := d.Dial(t.Context(), "far.invalid:80", upstream.Request{AbsoluteForm: true})
	check(t, err)
	defer conn.Close()
	if !conn.AbsoluteForm || conn.ProxyAuthorization != "Basic dXNlcjpwYXNz" {
		t.Errorf("absolute form %v, authorization %q", conn.AbsoluteForm, conn.ProxyAuthorization)
	}
	if got := p.seen(); len(got) > 0 {
		t.Errorf("the proxy was asked for %v", got)
	}
	socks := newSOCKSProxy(t, "", "", 0)
	conn = dial(t, newDialer(t, via("socks5://"+socks.addr)), "far.invalid:"+port(t, vendor(t)), upstream.Request{AbsoluteForm: true})
	if conn.AbsoluteForm {
		t.Error("a SOCKS proxy takes no requests")
	}
}

func TestProxyAnswers(t *testing.T) {
	tests := map[string]proxy.Error{
		"HTTP/1.1 403 Forbidden\r\n\r\n":                                         {Type: "http_request_denied", Text: "PROXY refuses to connect to the vendor (403)"},
		"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 9\r\n\r\nno way!":           {Type: "destination_unavailable", Text: "PROXY could not reach the vendor (502)"},
		"HTTP/1.1 504 Gateway Timeout\r\n\r\n":                                   {Type: "connection_timeout", Text: "PROXY could not reach the vendor in time (504)"},
		"HTTP/1.1 508 Loop Detected\r\n\r\n":                                     {Type: "proxy_loop_detected", Text: "PROXY says that the request goes round in a circle (508)"},
		"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n":                         {Type: "http_protocol_error", Text: "PROXY gave an answer to CONNECT that makes no tunnel (302)"},
		"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 503 Busy\r\n\r\n":              {Type: "destination_unavailable", Text: "PROXY could not reach the vendor (503)"},
		"HTTP/1.1 503 x\r\nX-Squid-Error: ERR_DNS_FAIL 0\r\n\r\n":                {Type: "dns_error", Phase: proxy.PhaseDNS, Text: "PROXY did not find the vendor's name (503)"},
		"HTTP/1.1 502 x\r\nProxy-Status: corp; error=connection_refused\r\n\r\n": {Type: "connection_refused", Text: "PROXY answered in the vendor's place: connection_refused (502)"},
		"SSH-2.0-OpenSSH\r\n\r\n":                                                {Type: "http_protocol_error", Phase: proxy.PhaseReceive, Text: "PROXY's answer is not valid HTTP"},
		"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 64<<10):                   {Type: "connection_terminated", Text: "PROXY closed the connection without an answer"},
	}
	for answer, want := range tests {
		p := newConnectProxy(t, nil)
		p.answer = answer
		got, _ := refused(t, newDialer(t, via("http://"+p.addr)), "far.invalid:443", upstream.Request{TLS: true})
		want.Text = strings.ReplaceAll(want.Text, "PROXY", "the upstream proxy "+p.addr)
		if want.Phase == "" {
			want.Phase = proxy.PhaseConnect
		}
		if diff := cmp.Diff(want, *got); diff != "" {
			t.Errorf("%.40q: %s", answer, diff)
		}
	}
}

func TestProxyFails(t *testing.T) {
	ca := newAuthority(t, "Root", nil)
	stranger := newConnectProxy(t, &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, soon(), "proxy.test")}})
	silent := serve(t, keepSilent).String()
	hangsUp := serve(t, hangUp).String()
	tests := map[string]proxy.Error{
		"http://nobody.invalid:3128":                   {Type: "dns_error", Phase: proxy.PhaseDNS, Text: "PROXY: no such host: nobody.invalid"},
		"http://" + gone:                               {Type: "connection_refused", Phase: proxy.PhaseConnect, Text: "PROXY's address refused the connection"},
		"http://" + silent:                             {Type: "connection_timeout", Phase: proxy.PhaseConnect, Text: "PROXY did not accept the connection in time"},
		"socks5://" + silent:                           {Type: "connection_timeout", Phase: proxy.PhaseConnect, Text: "PROXY did not accept the connection in time"},
		"https://" + silent:                            {Type: "connection_timeout", Phase: proxy.PhaseTLS, Text: "PROXY did not finish the TLS handshake in time"},
		"http://" + hangsUp:                            {Type: "connection_terminated", Phase: proxy.PhaseConnect, Text: "PROXY closed the connection without an answer"},
		"socks5://" + hangsUp:                          {Type: "connection_terminated", Phase: proxy.PhaseConnect, Text: "PROXY closed the connection without an answer"},
		"https://proxy.test:" + port(t, stranger.addr): {Type: "tls_certificate_error", Phase: proxy.PhaseTLS, Text: "PROXY: x509: certificate signed by unknown authority"},
	}
	for url, want := range tests {
		t.Run(url, func(t *testing.T) {
			o := via(url)
			if want.Type == "connection_timeout" {
				o.Timeouts.Connect = 200 * time.Millisecond
			}
			o.Roots = newAuthority(t, "Other", nil).roots
			got, _ := refused(t, newDialer(t, o), "far.invalid:443", upstream.Request{TLS: true})
			_, addr, _ := strings.Cut(url, "://")
			want.Text = strings.ReplaceAll(want.Text, "PROXY", "the upstream proxy "+addr)
			if diff := cmp.Diff(want, *got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
