package server

import (
	"crypto/tls"
	"net"

	"flagrante/proxy/upstream"
)

// closeWrite says that no more comes: in TLS first, then in TCP.
func closeWrite(c net.Conn) {
	if v, ok := c.(*upstream.Conn); ok {
		c = v.Conn
	}
	// A peer that is gone can't be told; its own direction says so.
	if secure, ok := c.(*tls.Conn); ok {
		_ = secure.CloseWrite()
	}
	closeWriteBare(c)
}

// endedBare reports whether a peer left without TLS's own goodbye. Many do, and
// crypto/tls takes it for an end like any other; some clients take what lasted until then
// for cut (RFC 9112, section 9.8), so they get to see the same.
func endedBare(c net.Conn) bool {
	below := gatherOf(c)
	return below != nil && below.Over()
}

// closeWriteBare says in TCP alone that no more comes.
func closeWriteBare(c net.Conn) {
	if bare := tcpOf(c); bare != nil {
		_ = bare.CloseWrite()
		return
	}
	c.Close()
}

// reset ends a connection the way that a crash does.
func reset(c net.Conn) {
	if bare := tcpOf(c); bare != nil {
		_ = bare.SetLinger(0)
		_ = bare.Close()
	}
	c.Close()
}

// tcpOf finds the TCP connection inside of c, nil if there is none.
func tcpOf(c net.Conn) *net.TCPConn {
	for {
		switch inner := c.(type) {
		case *net.TCPConn:
			return inner
		case *upstream.Conn:
			c = inner.Conn
		case interface{ NetConn() net.Conn }:
			c = inner.NetConn()
		case interface{ Raw() net.Conn }:
			c = inner.Raw()
		default:
			return nil
		}
	}
}
