package server

import (
	"bufio"
	"errors"
	"net"

	"flagrante/proxy"
	"flagrante/proxy/fault"
	"flagrante/proxy/socks"
	"flagrante/proxy/upstream"
)

// wantSOCKS reads where an app wants to go.
func (s *Server) wantSOCKS(a *absolute) (pass func(), err error) {
	wish, err := socks.Handshake(a.r, a.Conn, s.opts.Access.socksAccess(a.Conn))
	if errors.Is(err, socks.ErrMethod) || errors.Is(err, socks.ErrRefused) {
		s.logRefused(a.Conn)
	}
	return func() { s.passSOCKS(a.Conn, a.r, wish) }, err
}

// passSOCKS is for an app that was let in and has named its target: what
// follows is as after a CONNECT.
//
// An intercepted vendor is connected in the middle of the app's handshake, which
// the app begins when it was told of success. So only where nothing is
// intercepted does the reply tell whether there is a vendor.
func (s *Server) passSOCKS(c net.Conn, r *bufio.Reader, wish socks.Wish) {
	t := &tunnel{
		Conn: &rewoundConn{Conn: c, r: r}, target: wish.Target, head: proxy.Fields{}, peer: c,
		via: upstream.Marks(wish.Marks),
	}
	if s.sealed(t.target) {
		s.connectSealed(t, func() error { return socks.Grant(c) }, func(cause *proxy.Error) error { return socks.Deny(c, fault.SOCKSReply(cause)) })
		return
	}
	if err := socks.Grant(c); err != nil {
		c.Close()
		return
	}
	s.enter(t, r)
}
