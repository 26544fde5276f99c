package upstream

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// lookUpPatience bounds the look-up of a name that may be known to others alone.
const lookUpPatience = 2 * time.Second

// aliases returns the addresses that a host stands for here, none when that is not known.
func aliases(ctx context.Context, resolver *net.Resolver, host string) []netip.Addr {
	name := canonical(host)
	if addr, err := netip.ParseAddr(name); err == nil {
		return []netip.Addr{addr}
	}
	if addr, ok := oldAddress(name); ok {
		return []netip.Addr{addr}
	}
	if isLocal(name) {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}
	}
	ctx, cancel := context.WithTimeout(ctx, lookUpPatience)
	defer cancel()
	addrs, err := resolver.LookupNetIP(ctx, "ip", name)
	if err != nil {
		return nil
	}
	return addrs
}

// isLocal reports whether a name is always this machine's (RFC 6761, section 6.3).
// Browsers and curl know that without a look-up, resolvers often do not.
func isLocal(host string) bool {
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// oldAddress reads the forms of IPv4 addresses that inet_aton takes (POSIX), and so many
// proxies: 127.1, 2130706433, 0x7f.0.0.1, 0177.0.0.1. The last part fills what is left.
func oldAddress(text string) (netip.Addr, bool) {
	parts := strings.Split(text, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var sum uint32
	for i, part := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts))
		}
		n, err := strconv.ParseUint(part, 0, bits)
		if err != nil || strings.Contains(part, "_") {
			return netip.Addr{}, false
		}
		sum = sum<<bits | uint32(n)
	}
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, sum))), true
}
