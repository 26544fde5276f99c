package server

import (
	"slices"
	"strings"

	"flagrante/proxy"
	"flagrante/proxy/fault"
	"flagrante/proxy/upstream"
)

// tellProxyApart observes requests that an upstream proxy passes on. It may answer in the
// vendor's place, and its words are none of the vendor's. The app gets them all the same.
// What we say to the proxy alone is no part of the request.
func (s *Server) tellProxyApart(vendor *upstream.Conn) proxy.Observer {
	return func(x *proxy.Exchange) {
		if vendor.AbsoluteForm {
			x.Request.Header = slices.DeleteFunc(x.Request.Header, betweenProxies)
		}
		if x.Response != nil {
			if cause := fault.SaidByProxy(vendor.Upstream.Proxy, x.Response, vendor.AbsoluteForm, vendor.ProxyAuthorization != ""); cause != nil {
				x.Response, x.Err = nil, fault.Cause(cause)
			}
		}
		s.opts.Observe(x)
	}
}

// betweenProxies reports a field that no proxy passes on.
func betweenProxies(f proxy.Field) bool {
	return strings.EqualFold(f.Name, proxyConnection) || strings.EqualFold(f.Name, proxyAuthorization)
}
