package judge

import (
	"net/http"
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/document"
	"flagrante/proxy"
)

// between says that an answer may be that of an upstream proxy, where it passed one that
// could read the request, has a status with which proxies answer themselves, and is no
// data of an API. What shows that the proxy answered is no answer of the vendor any more.
func between(x *proxy.Exchange) (capture.Reason, bool) {
	answersItself := []int{
		http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusNetworkAuthenticationRequired,
	}
	media := document.MediaType(x.Response.Header.Get("Content-Type"))
	if x.Upstream.Proxy == "" || !strings.HasPrefix(x.Request.URL, "http://") || !slices.Contains(answersItself, x.Response.Status) ||
		strings.HasSuffix(media, "json") || strings.HasSuffix(media, "/xml") || strings.HasSuffix(media, "+xml") && !strings.Contains(media, "html") {
		return capture.Reason{}, false
	}
	return capture.Reason{Key: "judge.between", Args: map[string]string{"proxy": x.Upstream.Proxy}}, true
}
