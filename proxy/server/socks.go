package server

import (
	"bufio"
	"errors"
	"net"

	"flagrante/proxy"
	"flagrante/proxy/socks"
)

// speaksSOCKS reports whether an app begins with a SOCKS5 greeting. No HTTP
// method begins with that byte.
func speaksSOCKS(r *bufio.Reader) (bool, error) {
	first, err := r.Peek(1)
	return err == nil && first[0] == socks.Version, err
}

// wantSOCKS reads where an app wants to go.
func (s *Server) wantSOCKS(a *absolute) (pass func(), err error) {
	target, err := socks.Handshake(a.r, a.Conn, s.opts.Access.socksAccess(a.Conn))
	if errors.Is(err, socks.ErrMethod) || errors.Is(err, socks.ErrRefused) {
		s.logRefused(a.Conn)
	}
	return func() { s.passSOCKS(a.Conn, a.r, target) }, err
}

// passSOCKS is for an app that was let in and has named its target: what
// follows is as after a CONNECT.
func (s *Server) passSOCKS(c net.Conn, r *bufio.Reader, target string) {
	if err := socks.Grant(c); err != nil {
		c.Close()
		return
	}
	s.enter(&tunnel{Conn: &rewoundConn{Conn: c, r: r}, target: target, head: proxy.Fields{}, peer: c}, r)
}
