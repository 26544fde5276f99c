package upstream

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"syscall"

	"flagrante/proxy/fault"
)

// guard knows the addresses that are never dialled.
type guard struct {
	closed []netip.AddrPort

	mu  sync.RWMutex
	own []netip.AddrPort
}

func newGuard(closed []net.Addr) *guard {
	g := &guard{}
	for _, addr := range closed {
		g.closed = append(g.closed, addrPort(addr))
	}
	return g
}

func (g *guard) add(own net.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.own = append(g.own, addrPort(own))
}

// control refuses, after the look-up of names, what must not be dialled.
func (g *guard) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("read the address to connect to: %w", err)
	}
	return g.check(to)
}

// check returns fault.ErrLoop or fault.ErrClosed for what must not be dialled.
func (g *guard) check(to netip.AddrPort) error {
	g.mu.RLock()
	defer g.mu.RUnlock()
	leads := func(l netip.AddrPort) bool { return reaches(to, l) }
	switch {
	case slices.ContainsFunc(g.own, leads):
		return fault.ErrLoop
	case slices.ContainsFunc(g.closed, leads):
		return fault.ErrClosed
	}
	return nil
}

// checkTarget is check for a target that an upstream proxy is to dial. That one
// may run on this machine, so what names this machine is refused; names that
// only the upstream proxy can look up are not known here. Nothing is looked up for
// other ports than ours.
func (g *guard) checkTarget(ctx context.Context, resolver *net.Resolver, host string, port uint16) error {
	if !g.listens(port) {
		return nil
	}
	for _, addr := range aliases(ctx, resolver, host) {
		if err := g.check(netip.AddrPortFrom(addr, port)); err != nil {
			return err
		}
	}
	return nil
}

// listens reports whether a port is one of ours.
func (g *guard) listens(port uint16) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	is := func(l netip.AddrPort) bool { return l.Port() == port }
	return slices.ContainsFunc(g.own, is) || slices.ContainsFunc(g.closed, is)
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

// addrPort returns the zero value for what is no address of IP.
func addrPort(a net.Addr) netip.AddrPort {
	parsed, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(parsed.Addr().Unmap().WithZone(""), parsed.Port())
}
