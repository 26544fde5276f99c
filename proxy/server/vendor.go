package server

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

// vendor is a connection to a vendor, and how it came about.
type vendor struct {
	net.Conn
	setup proxy.Phases
	facts proxy.Upstream
}

// vendorTLS is what an app has asked for in its TLS hello.
type vendorTLS struct {
	name string
	alpn []string
}

// vendor connects to target, with TLS unless secure is nil. An error is marked
// with its phase.
func (d *dialer) vendor(ctx context.Context, target string, secure *vendorTLS) (*vendor, error) {
	now := d.now()
	times := newTimeline(now, d.now)
	traced := httptrace.WithClientTrace(ctx, times.trace())
	conn, err := d.dial(traced, "tcp", target)
	if err != nil {
		return nil, fault.In(times.phaseNow(), err)
	}
	v := &vendor{Conn: conn, facts: proxy.Upstream{Addr: conn.RemoteAddr().String()}}
	if secure != nil {
		if err := d.handshake(ctx, v, secure, times); err != nil {
			return nil, fault.In(proxy.PhaseTLS, errors.Join(err, conn.Close()))
		}
	}
	v.setup = times.phases()
	return v, nil
}

func (d *dialer) handshake(ctx context.Context, v *vendor, s *vendorTLS, times *timeline) error {
	ctx, cancel := context.WithTimeout(ctx, d.timeouts.Handshake)
	defer cancel()
	times.begin(proxy.PhaseTLS)
	conn := tls.Client(v.Conn, &tls.Config{ServerName: s.name, NextProtos: s.alpn, RootCAs: d.roots, ClientSessionCache: d.sessions})
	if err := conn.HandshakeContext(ctx); err != nil {
		return err
	}
	times.end(proxy.PhaseTLS)
	state := conn.ConnectionState()
	noteTLS(&v.facts, &state)
	v.Conn = conn
	return nil
}

// unreachable stands for a vendor to whom there is no connection: it takes the
// request, so that it can be recorded, and fails.
type unreachable struct {
	cause error
	limit int64
}

// RoundTrip reads the request and returns the cause.
func (u *unreachable) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		io.CopyN(io.Discard, r.Body, u.limit)
		r.Body.Close()
	}
	return nil, u.cause
}
