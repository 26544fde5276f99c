package server_test

import (
	"testing"

	"flagrante/proxy"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// TestProxyIsInvisible is what the suite is for. Only in a tunnel of its own protocol may
// it be the vendor who speaks first: under TLS, an app that took long would make the
// proxy connect in vain.
func TestProxyIsInvisible(t *testing.T) {
	runAll(t, throughProxy(t, func(*server.Options) {}), wireTLS, wirePlain)
	runAll(t, throughProxy(t, soonSilent), wireTunnel)
}

func throughProxy(t *testing.T, change func(*server.Options)) func(wireGround) wireRoute {
	return func(g wireGround) wireRoute {
		s := newStageWith(t, func(o *server.Options, d *upstream.Options) {
			d.Roots = func() *upstream.Roots { return upstream.RootsOf(g.roots) }
			o.Observe = func(*proxy.Exchange) {}
			change(o)
		})
		return wireRoute{via: s.addr, roots: s.roots}
	}
}
