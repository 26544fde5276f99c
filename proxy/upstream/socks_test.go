package upstream_test

import (
	"io"
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
	"flagrante/proxy/upstream"
)

func TestConnectThroughSOCKS(t *testing.T) {
	addr := vendor(t)
	for _, url := range []string{"socks5://", "socks5h://"} {
		p := newSOCKSProxy(t, "user", "segredo", 0)
		conn := dial(t, newDialer(t, via(url+"user:segredo@"+p.addr)), "far.invalid:"+port(t, addr), upstream.Request{})
		if diff := cmp.Diff(proxy.Upstream{Proxy: p.addr}, conn.Upstream); diff != "" {
			t.Error(diff)
		}
		check(t, conn.CloseWrite())
		if diff := cmp.Diff([]string{"SOCKS far.invalid:" + port(t, addr)}, p.seen()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestSOCKSRefusals(t *testing.T) {
	tests := []struct {
		reply      byte
		kind, text string
	}{
		{1, "destination_unavailable", " could not reach the vendor"},
		{2, "http_request_denied", " refuses to connect to the vendor"},
		{3, "destination_ip_unroutable", " has no route to the vendor's address"},
		{4, "destination_ip_unroutable", " has no route to the vendor's address"},
		{5, "connection_refused", " says that the vendor's address refused the connection"},
		{6, "connection_timeout", " could not reach the vendor in time"},
		{7, "proxy_configuration_error", " makes no connections (SOCKS command not supported)"},
		{8, "proxy_configuration_error", " does not take this kind of address"},
		{99, "proxy_internal_error", ": the request could not be sent on"},
	}
	for _, test := range tests {
		p := newSOCKSProxy(t, "", "", test.reply)
		got, _ := refused(t, newDialer(t, via("socks5://"+p.addr)), "far.invalid:443", upstream.Request{TLS: true})
		want := proxy.Error{Type: test.kind, Phase: proxy.PhaseConnect, Text: "the upstream proxy " + p.addr + test.text}
		if diff := cmp.Diff(want, *got); diff != "" {
			t.Errorf("reply %d: %s", test.reply, diff)
		}
	}
}

func TestCredentialsForSOCKS(t *testing.T) {
	p := newSOCKSProxy(t, "user", "segredo", 0)
	for url, text := range map[string]string{
		"socks5://" + p.addr:            " wants credentials, and none are configured",
		"socks5://user:wrong@" + p.addr: " does not accept the configured credentials",
	} {
		got, _ := refused(t, newDialer(t, via(url)), "far.invalid:443", upstream.Request{TLS: true})
		want := proxy.Error{Type: "http_request_denied", Phase: proxy.PhaseConnect, Text: "the upstream proxy " + p.addr + text}
		if diff := cmp.Diff(want, *got); diff != "" {
			t.Error(diff)
		}
	}
}

// A proxy that knows nothing but GSSAPI may say so, or choose it all the same.
func TestSOCKSProxyWithAnotherAuthentication(t *testing.T) {
	for method, want := range map[byte]proxy.Error{
		0xff: {Type: "http_request_denied", Text: " takes no user name and password, but another way of authentication, such as GSSAPI"},
		1:    {Type: "proxy_configuration_error", Text: " chose a way of authentication that it was not offered"},
	} {
		addr := serve(t, func(c net.Conn) {
			_, _ = c.Read(make([]byte, 257))
			_, _ = c.Write([]byte{5, method})
			io.Copy(io.Discard, c)
		}).String()
		got, _ := refused(t, newDialer(t, via("socks5://user:segredo@"+addr)), "far.invalid:443", upstream.Request{TLS: true})
		want.Phase, want.Text = proxy.PhaseConnect, "the upstream proxy "+addr+want.Text
		if diff := cmp.Diff(want, *got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestProxyThatDoesNotSpeakSOCKS(t *testing.T) {
	addr := serve(t, func(c net.Conn) { io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n"); io.Copy(io.Discard, c) }).String()
	got, _ := refused(t, newDialer(t, via("socks5://"+addr)), "far.invalid:443", upstream.Request{TLS: true})
	want := proxy.Error{Type: "proxy_configuration_error", Phase: proxy.PhaseConnect, Text: "the upstream proxy " + addr + " does not speak SOCKS5"}
	if diff := cmp.Diff(want, *got); diff != "" {
		t.Error(diff)
	}
}
