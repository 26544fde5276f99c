package fault

import (
	"net/http"
	"strconv"
	"strings"

	"flagrante/proxy"
)

// atProxy is an error of the way to the upstream proxy, not to the vendor.
type atProxy struct {
	error
	addr string
}

func (e *atProxy) Unwrap() error { return e.error }

func (e *atProxy) who() string { return upstreamProxy(e.addr) }

func upstreamProxy(addr string) string { return "the upstream proxy " + addr }

// AtProxy notes that err happened with the upstream proxy at addr, so that Of
// and Cause do not blame the vendor.
func AtProxy(addr string, err error) error { return &atProxy{err, addr} }

// ProxyAnswer names the answer other than 2xx of the upstream proxy at addr to
// CONNECT; credentials says that it had been sent some.
func ProxyAnswer(addr string, status int, credentials bool) error {
	who, code := upstreamProxy(addr), " ("+strconv.Itoa(status)+")"
	switch {
	case status == http.StatusProxyAuthRequired, status == http.StatusUnauthorized:
		// Some proxies turn wrong credentials down with 401.
		return wantsCredentials(who, code, credentials, nil)
	case status == http.StatusGatewayTimeout || status == http.StatusRequestTimeout:
		return atConnect(typeConnectTimeout, who+" could not reach the vendor in time"+code, nil)
	case status == http.StatusLoopDetected:
		return atConnect(typeLoop, who+" says that the request goes round in a circle"+code, nil)
	case status >= 500:
		return atConnect(typeUnavailable, who+" could not reach the vendor"+code, nil)
	case status >= 400:
		return atConnect(typeRequestDenied, who+" refuses to connect to the vendor"+code, nil)
	}
	return atConnect(typeHTTPProtocol, who+" gave an answer to CONNECT that makes no tunnel"+code, nil)
}

// breakCircle says what to do about proxies that send requests round.
const breakCircle = "let one of the two reach the vendors without the other"

// Circle names what happens to a request that the upstream proxy at addr has led back to
// this one.
func Circle(addr string) error {
	return atConnect(typeLoop, upstreamProxy(addr)+" leads the request back to this proxy; "+breakCircle, nil)
}

func wantsCredentials(who, code string, credentials bool, cause error) error {
	text := " wants credentials, and none are configured"
	if credentials {
		text = " does not accept the configured credentials"
	}
	return atConnect(typeRequestDenied, who+text+code, cause)
}

func atConnect(kind, text string, cause error) error {
	return &named{proxy.Error{Type: kind, Phase: proxy.PhaseConnect, Text: text}, cause}
}

// SOCKSFailure names an error of golang.org/x/net/proxy with the upstream proxy
// at addr; credentials says that it could have been sent some. That package
// gives the replies of RFC 1928, section 6, as texts only.
func SOCKSFailure(addr string, err error, credentials bool) error {
	who, text := upstreamProxy(addr), err.Error()
	unacceptable := strings.HasSuffix(text, "no acceptable authentication methods")
	switch {
	case unacceptable && credentials:
		// It was offered to go on without, too, and has seen no credentials yet.
		return atConnect(typeRequestDenied, who+" takes no user name and password, but another way of authentication, such as GSSAPI", err)
	case unacceptable, strings.HasSuffix(text, "authentication failed"):
		return wantsCredentials(who, "", credentials, err)
	}
	for _, reply := range []struct{ phrase, kind, text string }{
		{"unknown error general SOCKS server failure", typeUnavailable, " could not reach the vendor"},
		{"unknown error connection not allowed by ruleset", typeRequestDenied, " refuses to connect to the vendor"},
		{"unknown error network unreachable", typeUnroutable, " has no route to the vendor's address"},
		{"unknown error host unreachable", typeUnroutable, " has no route to the vendor's address"},
		{"unknown error connection refused", typeRefused, " says that the vendor's address refused the connection"},
		{"unknown error TTL expired", typeConnectTimeout, " could not reach the vendor in time"},
		{"unknown error command not supported", typeConfiguration, " makes no connections (SOCKS command not supported)"},
		{"unknown error address type not supported", typeConfiguration, " does not take this kind of address"},
		{"unsupported authentication method", typeConfiguration, " chose a way of authentication that it was not offered"},
		{"unexpected protocol version", typeConfiguration, " does not speak SOCKS5"},
	} {
		if strings.Contains(text, reply.phrase) {
			return atConnect(reply.kind, who+reply.text, err)
		}
	}
	return AtProxy(addr, err)
}
