// Package locate tells from which country a request was made, and how that is
// known. The app mostly sits on the same machine as the proxy, so its address
// alone seldom says anything.
package locate

import (
	"net/netip"
	"slices"

	"flagrante/capture"
	"flagrante/proxy"
)

// Locator decides the country of origin of exchanges.
type Locator struct {
	// Country is the setting origin.country, as ParseCountry returned it. When
	// it is set it decides.
	Country string
	// Trusted are the networks whose hosts are believed when they tell for whom
	// they forward, in a PROXY protocol header, Forwarded or X-Forwarded-For.
	Trusted []netip.Prefix
	// Egress is the address with which requests leave for the internet, the zero
	// address when it is not configured.
	Egress netip.Addr
	// DB finds the country of an address; nil knows none.
	DB *Database
}

// Origin returns the country of the first source that has one: the setting, the
// client that trusted hops forwarded for, the public address of the peer, the
// egress address. An address of no public network, or one that the database
// does not know, leaves the decision to the next source.
func (l *Locator) Origin(e *proxy.Exchange) capture.Origin {
	if l.Country != "" {
		return capture.Origin{Country: l.Country, Source: capture.SourceSetting}
	}
	peer := peerOf(e)
	for _, candidate := range []struct {
		source string
		addr   netip.Addr
	}{
		{capture.SourceForwarded, l.client(e, peer)},
		{capture.SourcePeer, peer},
		{capture.SourceEgress, plain(l.Egress)},
	} {
		if code := l.country(candidate.addr); code != "" {
			return capture.Origin{Country: code, Source: candidate.source, Addr: candidate.addr.String()}
		}
	}
	return capture.Origin{Source: capture.SourceUnknown}
}

// client returns the address that trusted hops say they forward for, the zero
// address when there is none or they do not know. The hops form one chain: what
// was sent last, nearest to the proxy, is the peer; before it came the client of
// the PROXY protocol, then the hops of the CONNECT request, then those of the
// request inside the tunnel. Each is only believed when all nearer ones are
// trusted.
func (l *Locator) client(e *proxy.Exchange, peer netip.Addr) netip.Addr {
	addr := peer
	if told := plain(e.Client.Addr()); told.IsValid() && told != peer {
		addr = l.follow(addr, hops{told})
	}
	addr = l.followFields(addr, e.Tunnel)
	addr = l.followFields(addr, e.Request.Header)
	if addr == peer {
		return netip.Addr{}
	}
	return addr
}

// followFields follows the hops that the header names. Where it has both kinds
// of list they must lead to the same client: a trusted hop that writes one of
// them may have let the other pass as the client wrote it.
func (l *Locator) followFields(from netip.Addr, fields proxy.Fields) netip.Addr {
	standard, common := forwardedFor(fields), xForwardedFor(fields)
	switch {
	case len(standard) == 0:
		return l.follow(from, common)
	case len(common) == 0:
		return l.follow(from, standard)
	}
	addr := l.follow(from, standard)
	if addr != l.follow(from, common) {
		return netip.Addr{}
	}
	return addr
}

// follow goes from the nearest hop to the farthest and stops at the first that
// is not trusted.
func (l *Locator) follow(from netip.Addr, list hops) netip.Addr {
	for _, hop := range slices.Backward(list) {
		if !l.trusts(from) {
			break
		}
		from = hop
	}
	return from
}

func (l *Locator) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(l.Trusted, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// country returns the code for a public address, or "".
func (l *Locator) country(addr netip.Addr) string {
	if l.DB == nil || !isPublic(addr) {
		return ""
	}
	// A look-up fails only in a database that is broken within; the country is
	// unknown then, and Load or Open is where the reason is told.
	country, err := l.DB.Country(addr)
	if err != nil {
		return ""
	}
	return country.Code
}

// peerOf returns the address of the network peer. Recorded traffic may only have
// a client.
func peerOf(e *proxy.Exchange) netip.Addr {
	if e.Peer.IsValid() {
		return plain(e.Peer.Addr())
	}
	return plain(e.Client.Addr())
}

// plain removes what hides that two addresses are the same.
func plain(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }

// isPublic reports whether addr can be that of one host on the internet. The
// shared space of carrier-grade NAT (RFC 6598) is as private as RFC 1918's.
func isPublic(addr netip.Addr) bool {
	shared := netip.PrefixFrom(netip.AddrFrom4([4]byte{100, 64}), 10)
	return addr.IsGlobalUnicast() && !addr.IsPrivate() && !shared.Contains(addr)
}
