package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"flagrante/proxy/fault"
)

// dialer makes the connections to vendors.
type dialer struct {
	net      net.Dialer
	own      atomic.Pointer[netip.AddrPort]
	closed   []netip.AddrPort
	roots    *x509.CertPool
	sessions tls.ClientSessionCache
	timeouts Timeouts
	now      func() time.Time
	// shared carries the plain requests that are not inside a tunnel.
	shared *http.Transport
}

func newDialer(o Options) *dialer {
	d := &dialer{
		net:      net.Dialer{Timeout: o.Timeouts.Connect},
		roots:    o.Roots,
		sessions: tls.NewLRUClientSessionCache(512),
		timeouts: o.Timeouts,
		now:      o.Now,
	}
	for _, addr := range o.Closed {
		d.closed = append(d.closed, addrPort(addr))
	}
	d.net.ControlContext = d.control
	d.shared = d.transport()
	d.shared.DialContext = d.dial
	d.shared.MaxIdleConnsPerHost = 64
	return d
}

func (d *dialer) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	return d.net.DialContext(ctx, network, addr)
}

// self says which address is the proxy's own.
func (d *dialer) self(a net.Addr) {
	own := addrPort(a)
	d.own.Store(&own)
}

func (d *dialer) close() { d.shared.CloseIdleConnections() }

// transport returns one that changes as little as net/http can.
func (d *dialer) transport() *http.Transport {
	return &http.Transport{
		DisableCompression:     true,
		TLSHandshakeTimeout:    d.timeouts.Handshake,
		ResponseHeaderTimeout:  d.timeouts.Answer,
		IdleConnTimeout:        d.timeouts.Idle,
		MaxResponseHeaderBytes: maxHeaderBytes,
		WriteBufferSize:        32 << 10,
		ReadBufferSize:         32 << 10,
	}
}

// control refuses, after the look-up of names, what must not be dialled.
func (d *dialer) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("read the address to connect to: %w", err)
	}
	if own := d.own.Load(); own != nil && reaches(to, *own) {
		return fault.ErrLoop
	}
	if slices.ContainsFunc(d.closed, func(a netip.AddrPort) bool { return reaches(to, a) }) {
		return fault.ErrClosed
	}
	return nil
}

// reaches reports whether dialling to ends at a listener on l.
func reaches(to, l netip.AddrPort) bool {
	if to.Port() != l.Port() {
		return false
	}
	addr := to.Addr().Unmap().WithZone("")
	if addr == l.Addr() {
		return true
	}
	if addr.IsUnspecified() {
		return l.Addr().IsLoopback() || l.Addr().IsUnspecified()
	}
	return l.Addr().IsUnspecified() && isOurs(addr)
}

func isOurs(addr netip.Addr) bool {
	if addr.IsLoopback() {
		return true
	}
	ours, err := net.InterfaceAddrs()
	return err == nil && slices.ContainsFunc(ours, func(a net.Addr) bool {
		prefix, err := netip.ParsePrefix(a.String())
		return err == nil && prefix.Addr().WithZone("") == addr
	})
}
