package server

import (
	"context"
	"net"
	"net/netip"
	"time"

	"github.com/pires/go-proxyproto"
)

type peerKey struct{}

// withPeer remembers the connection of a request. Its addresses are asked for
// later, on the goroutine of the request: behind the PROXY protocol they are
// known only when the header has been read.
func withPeer(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, peerKey{}, c)
}

// peerOf returns the address of who connected, and of who that was for.
func peerOf(c net.Conn) (peer, client netip.AddrPort) {
	client = addrPort(c.RemoteAddr())
	for {
		switch inner := c.(type) {
		case *proxyproto.Conn:
			return addrPort(inner.Raw().RemoteAddr()), client
		case interface{ NetConn() net.Conn }:
			c = inner.NetConn()
		default:
			return client, client
		}
	}
}

func addrPort(a net.Addr) netip.AddrPort {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := tcp.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}

// acceptProxyProtocol lets trusted peers open their connections with a PROXY
// protocol header (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt).
// From all others such a header is what it would be without us: bad HTTP.
func acceptProxyProtocol(l net.Listener, trusted []netip.Prefix, timeout time.Duration) net.Listener {
	if len(trusted) == 0 {
		return l
	}
	return &proxyproto.Listener{
		Listener:          l,
		ReadHeaderTimeout: timeout,
		ConnPolicy: func(o proxyproto.ConnPolicyOptions) (proxyproto.Policy, error) {
			if within(trusted, addrPort(o.Upstream).Addr()) {
				return proxyproto.USE, nil
			}
			return proxyproto.SKIP, nil
		},
	}
}

func within(prefixes []netip.Prefix, addr netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
