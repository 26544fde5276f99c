package upstream

import (
	"context"
	"errors"
	"net"
	"strings"

	socks "golang.org/x/net/proxy"

	"flagrante/proxy/fault"
	ours "flagrante/proxy/socks"
)

// socks speaks SOCKS5 (RFC 1928), leaving the look-up of names to the proxy.
func (a *attempt) socks(ctx context.Context, h *hop, conn net.Conn) (net.Conn, error) {
	var auth *socks.Auth
	if h.user != nil {
		password, _ := h.user.Password()
		auth = &socks.Auth{User: h.user.Username(), Password: password}
	}
	through := conn
	if marks := marksIn(a.via); len(marks) > 0 {
		through = ours.Marked(conn, strings.Join(marks, ","))
	}
	if err := overSOCKS(ctx, h.addr, auth, through, a.target); err != nil {
		conn.Close()
		return nil, fault.SOCKSFailure(h.addr, err, auth != nil)
	}
	return conn, nil
}

func overSOCKS(ctx context.Context, addr string, auth *socks.Auth, conn net.Conn, target string) error {
	dialer, err := socks.SOCKS5("tcp", addr, auth, connected{conn})
	if err != nil {
		return err
	}
	patient, ok := dialer.(socks.ContextDialer)
	if !ok {
		return errors.ErrUnsupported
	}
	_, err = patient.DialContext(ctx, "tcp", target)
	return err
}

// connected gives the SOCKS client a connection that exists already. What the
// client returns wraps that one and hides how to close one direction of it.
type connected struct{ conn net.Conn }

func (c connected) Dial(string, string) (net.Conn, error) { return c.conn, nil }

func (c connected) DialContext(context.Context, string, string) (net.Conn, error) {
	return c.conn, nil
}
