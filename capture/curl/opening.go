package curl

import (
	"net/http"
	"strings"

	"flagrante/proxy"
)

// sampleKey is that of RFC 6455, section 1.2: any 16 bytes do.
const sampleKey = "dGhlIHNhbXBsZSBub25jZQ=="

// openWith is the protocol whose openings are sent again as such. What other upgrades
// ask for, the same request can be answered without.
const openWith = "websocket"

// opens reports whether r opens a WebSocket in HTTP/1.1 (RFC 6455, section 4.1).
func opens(r proxy.Request) bool {
	return r.Method == http.MethodGet && strings.EqualFold(r.Header.Get("Upgrade"), openWith)
}

// inHTTP1 returns r, and in place of an extended CONNECT for a WebSocket the request of
// HTTP/1.1 that means the same (RFC 8441, section 5): curl sends none of the former.
func inHTTP1(r proxy.Request) proxy.Request {
	if r.Opens() != openWith {
		return r
	}
	r.Method, r.Proto = http.MethodGet, "HTTP/1.1"
	r.Header = append(proxy.Fields{
		{Name: "Connection", Value: "Upgrade"}, {Name: "Upgrade", Value: openWith}, {Name: "Sec-WebSocket-Key", Value: sampleKey},
	}, r.Header...)
	return r
}
