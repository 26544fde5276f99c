package export

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// The reasons for which an address is not dialled.
var (
	errPrivate = errors.New("the address of the portal is private: set allow_private if that is meant")
	errPlain   = errors.New("plain http to a public address would show the token: use https")
)

// dialer returns a dialer that looks at the address after the name was
// resolved, so that no answer of a name server leads it elsewhere.
func (p Portal) dialer() *net.Dialer {
	plain := strings.HasPrefix(p.URL, "http:")
	return &net.Dialer{
		Timeout: 10 * time.Second,
		Control: func(_, address string, _ syscall.RawConn) error {
			peer, err := netip.ParseAddrPort(address)
			if err != nil {
				return errPrivate
			}
			switch private := isPrivate(peer.Addr().Unmap()); {
			case private && !p.AllowPrivate:
				return errPrivate
			case !private && plain:
				return errPlain
			}
			return nil
		},
	}
}

// isPrivate reports whether addr is anything but a public unicast address.
func isPrivate(addr netip.Addr) bool {
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return true
	}
	for _, special := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", // RFC 6890
		"64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", // RFC 6052, RFC 8215, RFC 3056: they embed an IPv4 address
	} {
		if netip.MustParsePrefix(special).Contains(addr) {
			return true
		}
	}
	return false
}
