package fault

import "flagrante/proxy"

// The reply codes of RFC 1928, section 6, for requests that come to nothing.
const (
	socksFailure     = 0x01
	socksNotAllowed  = 0x02
	socksUnreachable = 0x04
	socksRefused     = 0x05
	socksExpired     = 0x06
)

// SOCKSReply returns the code with which a SOCKS5 server says that there is no
// connection (RFC 1928, section 6).
func SOCKSReply(e *proxy.Error) byte {
	switch e.Type {
	case typeLoop, typeProhibited, typeRequestDenied:
		return socksNotAllowed
	case typeDNSError, typeDNSTimeout, typeUnroutable, typeUnavailable:
		return socksUnreachable
	case typeRefused:
		return socksRefused
	case typeConnectTimeout:
		return socksExpired
	}
	return socksFailure
}
