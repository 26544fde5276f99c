package server_test

import (
	"testing"

	"flagrante/proxy"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// TestProxyIsInvisible is what the suite is for.
func TestProxyIsInvisible(t *testing.T) {
	runAll(t, func(g wireGround) wireRoute {
		s := newStageWith(t, func(o *server.Options, d *upstream.Options) {
			d.Roots = g.roots
			o.Observe = func(*proxy.Exchange) {}
		})
		return wireRoute{via: s.addr, roots: s.roots}
	}, wireTLS, wirePlain, wireTunnel)
}
