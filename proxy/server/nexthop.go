package server

import (
	"net/http"
	"slices"
	"strings"

	"flagrante/proxy"
	"flagrante/proxy/fault"
	"flagrante/proxy/upstream"
)

// tellProxyApart observes plain requests that an upstream proxy passes on. When
// it wants credentials it answers in the vendor's place (RFC 9110, section
// 15.5.8), and its words are none of the vendor's. The app gets them all the same.
func (s *Server) tellProxyApart(vendor *upstream.Conn) proxy.Observer {
	return func(x *proxy.Exchange) {
		if r := x.Response; r != nil && r.Status == http.StatusProxyAuthRequired && challenges(r.Header) {
			x.Response = nil
			x.Err = fault.Cause(fault.ProxyAnswer(vendor.Upstream.Proxy, r.Status, vendor.ProxyAuthorization != ""))
		}
		s.opts.Observe(x)
	}
}

func challenges(header proxy.Fields) bool {
	return slices.ContainsFunc(header, func(f proxy.Field) bool { return strings.EqualFold(f.Name, "Proxy-Authenticate") })
}
