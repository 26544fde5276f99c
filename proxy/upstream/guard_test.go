package upstream_test

import (
	"net"
	"testing"

	"flagrante/proxy/upstream"
)

func listen(t *testing.T, addr string) net.Addr {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	check(t, err)
	t.Cleanup(func() { l.Close() })
	return l.Addr()
}

func TestOwnListenersAreNotDialled(t *testing.T) {
	loop, everywhere, desk := listen(t, "127.0.0.1:0"), listen(t, "0.0.0.0:0"), listen(t, "127.0.0.1:0")
	d := newDialer(t, upstream.Options{Closed: []net.Addr{desk}})
	d.Own(loop)
	d.Own(everywhere)
	tests := []struct {
		host string
		addr net.Addr
		want string
	}{
		{"127.0.0.1", loop, "proxy_loop_detected"},
		{"bank.test", loop, "proxy_loop_detected"},
		{"localhost", loop, "proxy_loop_detected"},
		{"0.0.0.0", loop, "proxy_loop_detected"},
		{"127.0.0.2", everywhere, "proxy_loop_detected"},
		{"::ffff:127.0.0.1", everywhere, "proxy_loop_detected"},
		{"127.0.0.1", desk, "destination_ip_prohibited"},
		{"bank.test", desk, "destination_ip_prohibited"},
	}
	for _, test := range tests {
		cause, _ := refused(t, d, net.JoinHostPort(test.host, port(t, test.addr.String())), upstream.Request{})
		if cause.Type != test.want {
			t.Errorf("%s to %s: got %v, want %s", test.host, test.addr, cause, test.want)
		}
	}
	if addr := vendor(t); dial(t, d, addr, upstream.Request{}).Upstream.Addr != addr {
		t.Error("another listener on this machine was not reached")
	}
}

func TestUpstreamProxyIsNotSentBack(t *testing.T) {
	// Nobody listens there: machines without IPv6 can't.
	own, desk := listen(t, "127.0.0.1:0"), &net.TCPAddr{IP: net.IPv6loopback, Port: 8791}
	ours := ":" + port(t, own.String())
	p := newConnectProxy(t, nil)
	d := newDialer(t, upstream.Options{Closed: []net.Addr{desk}, Proxies: []upstream.ProxyRule{{Host: "*", URL: "http://" + p.addr}}})
	d.Own(own)
	for target, want := range map[string]string{
		own.String():                             "proxy_loop_detected",
		"localhost:" + port(t, own.String()):     "proxy_loop_detected",
		"127.1" + ours:                           "proxy_loop_detected",
		"2130706433" + ours:                      "proxy_loop_detected",
		"0x7f.0.0.01" + ours:                     "proxy_loop_detected",
		"0" + ours:                               "proxy_loop_detected",
		"LOCALHOST." + ours:                      "proxy_loop_detected",
		"[::ffff:127.0.0.1]" + ours:              "proxy_loop_detected",
		"bank.test" + ours:                       "proxy_loop_detected",
		desk.String():                            "destination_ip_prohibited",
		"me.localhost:" + port(t, desk.String()): "destination_ip_prohibited",
	} {
		if cause, _ := refused(t, d, target, upstream.Request{}); cause.Type != want {
			t.Errorf("%s: got %v, want %s", target, cause, want)
		}
	}
	if got := p.seen(); len(got) > 0 {
		t.Errorf("the upstream proxy was asked for %v", got)
	}
	for _, other := range []string{"intranet.example" + ours, "127.0.0.1.example" + ours, "127.1.1.1.1" + ours, "256.1" + ours, "1_0" + ours} {
		conn, err := d.Dial(t.Context(), other, upstream.Request{})
		check(t, err)
		conn.Close()
	}
}

func TestProxyVariableThatPointsAtUs(t *testing.T) {
	own := listen(t, "127.0.0.1:0")
	d := newDialer(t, upstream.Options{Environment: upstream.Environment{HTTPSProxy: "http://" + own.String()}})
	d.Own(own)
	if cause, _ := refused(t, d, "bank.test:443", upstream.Request{TLS: true}); cause.Type != "proxy_loop_detected" {
		t.Errorf("got %v", cause)
	}
}
