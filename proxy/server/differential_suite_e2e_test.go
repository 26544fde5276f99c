//go:build e2e

package server_test

import "testing"

// The suite itself is tried here: that its scripts come out alike each time, and what a
// proxy can keep at all.

func TestScriptsRepeat(t *testing.T) {
	runAll(t, func(g wireGround) wireRoute { return wireRoute{roots: g.roots} }, wireTLS, wirePlain, wireTunnel)
}

func TestBlindTunnelKeepsEverything(t *testing.T) {
	runAll(t, func(g wireGround) wireRoute { return wireRoute{via: blindTunnel(t, honest), roots: g.roots} }, wireTLS, wireTunnel)
}
