package fault

import (
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"flagrante/proxy"
)

// SaidByProxy names an answer that the upstream proxy at addr has given in the vendor's
// place, where the answer tells. It returns nil for what is the vendor's, or may be.
// Plain says that the proxy read the request, as one in absolute form; inside of a tunnel
// only a flagrante has a say. Credentials says that the proxy had been sent some.
func SaidByProxy(addr string, r *proxy.Response, plain, credentials bool) error {
	if r.Status < http.StatusBadRequest {
		return nil
	}
	if kind := ofFlagrante(r.Header); kind != "" {
		return saidKind(addr, kind, r.Status)
	}
	switch {
	case !plain:
		return nil
	case isChallenge(r):
		return ProxyAnswer(addr, http.StatusProxyAuthRequired, credentials)
	case len(membersOf(r.Header, "Via")) > 1:
		// More than the next proxy had it in hand, and who of them spoke is not said.
		return nil
	}
	if page := strings.Fields(r.Header.Get("X-Squid-Error")); len(page) > 0 {
		return saidBySquid(addr, page, r.Status, credentials)
	}
	if kind := ofNextHop(addr, r.Header); kind != "" {
		return saidKind(addr, kind, r.Status)
	}
	if isForwardProxy(r.Header.Get("Server")) {
		return ProxyAnswer(addr, r.Status, credentials)
	}
	return nil
}

// NoTunnel names the answer other than 2xx of the upstream proxy at addr to CONNECT, which
// nobody else can have given. Credentials says that it had been sent some.
func NoTunnel(addr string, r *proxy.Response, credentials bool) error {
	if page := strings.Fields(r.Header.Get("X-Squid-Error")); len(page) > 0 {
		return saidBySquid(addr, page, r.Status, credentials)
	}
	if _, kind := lastWord(r.Header); kind != "" {
		return saidKind(addr, kind, r.Status)
	}
	return ProxyAnswer(addr, r.Status, credentials)
}

// isChallenge reports whether a proxy wants credentials. The field is for the next one on
// the way alone (RFC 9110, section 11.7.1), so it is not the vendor's.
func isChallenge(r *proxy.Response) bool {
	switch r.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return r.Header.Get("Proxy-Authenticate") != ""
	}
	return false
}

// isForwardProxy knows programs that are hardly ever a vendor's server.
func isForwardProxy(server string) bool {
	product, _, _ := strings.Cut(strings.ToLower(server), "/")
	return slices.Contains([]string{"squid", "tinyproxy", "zscaler"}, product) || strings.HasPrefix(product, "mitmproxy ")
}

// membersOf returns the members of a list in a field, such as those of Via. Commas in
// quotes separate nothing.
func membersOf(header proxy.Fields, name string) (members []string) {
	for _, f := range header {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		quoted := false
		for member := range strings.FieldsFuncSeq(f.Value, func(r rune) bool {
			quoted = quoted != (r == '"')
			return r == ',' && !quoted
		}) {
			members = append(members, strings.TrimSpace(member))
		}
	}
	return members
}

// lastWord returns who is the nearest to have a say in Proxy-Status, and the type of its
// error, empty for none (RFC 9209, section 2).
func lastWord(header proxy.Fields) (who, kind string) {
	members := membersOf(header, "Proxy-Status")
	if len(members) == 0 {
		return "", ""
	}
	parts := strings.Split(members[len(members)-1], ";")
	for _, part := range parts[1:] {
		if name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name == "error" {
			kind = value
		}
	}
	if phase, known := errorPhases()[kind]; !known || phase == "" {
		kind = ""
	}
	return strings.Trim(parts[0], `" `), kind
}

// ofFlagrante returns the type of an error that a flagrante on the way tells.
func ofFlagrante(header proxy.Fields) string {
	if who, kind := lastWord(header); who == "flagrante" {
		return kind
	}
	return ""
}

// ofNextHop returns the type of an error that the next proxy tells under its own name:
// vendors have proxies, too, and what those say is of the vendor.
func ofNextHop(addr string, header proxy.Fields) string {
	who, kind := lastWord(header)
	if host, _, err := net.SplitHostPort(addr); err == nil && (strings.EqualFold(who, host) || strings.EqualFold(who, addr)) {
		return kind
	}
	for _, member := range membersOf(header, "Via") {
		if words := strings.Fields(member); len(words) > 1 && strings.EqualFold(words[1], who) {
			return kind
		}
	}
	return ""
}

// errorPhases are the error types with which proxies answer themselves, and where what
// they tell of happened (RFC 9209, section 2.3). Those that they add to a vendor's answer
// are not among them.
func errorPhases() map[string]proxy.Phase {
	return map[string]proxy.Phase{
		typeDNSTimeout: proxy.PhaseDNS, typeDNSError: proxy.PhaseDNS,
		"destination_not_found": proxy.PhaseConnect, typeUnavailable: proxy.PhaseConnect, typeProhibited: proxy.PhaseConnect, typeUnroutable: proxy.PhaseConnect,
		typeRefused: proxy.PhaseConnect, typeConnectTimeout: proxy.PhaseConnect, "connection_limit_reached": proxy.PhaseConnect,
		typeTerminated: proxy.PhaseWait, "connection_read_timeout": proxy.PhaseWait, "connection_write_timeout": proxy.PhaseSend,
		typeTLSProtocol: proxy.PhaseTLS, typeTLSCertificate: proxy.PhaseTLS, typeTLSAlert: proxy.PhaseTLS,
		typeRequestError: proxy.PhaseConnect, typeRequestDenied: proxy.PhaseConnect, typeAnswerTimeout: proxy.PhaseWait,
		typeInternal: proxy.PhaseConnect, typeConfiguration: proxy.PhaseConnect, typeLoop: proxy.PhaseConnect,
	}
}

// saidKind names what an upstream proxy says by a type of RFC 9209.
func saidKind(addr, kind string, status int) error {
	if kind == typeLoop {
		return ProxyAnswer(addr, http.StatusLoopDetected, false)
	}
	text := upstreamProxy(addr) + " answered in the vendor's place: " + kind + " (" + strconv.Itoa(status) + ")"
	return &named{proxy.Error{Type: kind, Phase: errorPhases()[kind], Text: text}, nil}
}
