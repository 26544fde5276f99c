package fault

import (
	"net/http"
	"strconv"

	"flagrante/proxy"
)

// saidBySquid names an answer of Squid by the page that it chose, and the number of the
// system's error that follows it (https://www.squid-cache.org/Doc/config/error_directory/,
// and the field X-Squid-Error of its answers).
func saidBySquid(addr string, page []string, status int, credentials bool) error {
	number := ""
	if len(page) > 1 {
		number = page[1]
	}
	told, known := squidPages()[page[0]+" "+number]
	if !known {
		told, known = squidPages()[page[0]]
	}
	switch {
	case page[0] == "ERR_CACHE_ACCESS_DENIED":
		return ProxyAnswer(addr, http.StatusProxyAuthRequired, credentials)
	case !known:
		return ProxyAnswer(addr, status, credentials)
	}
	told.Text = upstreamProxy(addr) + told.Text + " (" + strconv.Itoa(status) + ")"
	return &named{told, nil}
}

// squidPages are those whose cause can be named better than by their status. The numbers
// are Linux's, where nearly all of them run.
func squidPages() map[string]proxy.Error {
	return map[string]proxy.Error{
		"ERR_DNS_FAIL":            {Type: typeDNSError, Phase: proxy.PhaseDNS, Text: " did not find the vendor's name"},
		"ERR_CONNECT_FAIL":        {Type: typeUnavailable, Phase: proxy.PhaseConnect, Text: " could not reach the vendor"},
		"ERR_CONNECT_FAIL 101":    {Type: typeUnroutable, Phase: proxy.PhaseConnect, Text: " has no route to the vendor's address"},
		"ERR_CONNECT_FAIL 110":    {Type: typeConnectTimeout, Phase: proxy.PhaseConnect, Text: " could not reach the vendor in time"},
		"ERR_CONNECT_FAIL 111":    {Type: typeRefused, Phase: proxy.PhaseConnect, Text: " says that the vendor's address refused the connection"},
		"ERR_CONNECT_FAIL 113":    {Type: typeUnroutable, Phase: proxy.PhaseConnect, Text: " has no route to the vendor's address"},
		"ERR_SECURE_CONNECT_FAIL": {Type: typeTLSProtocol, Phase: proxy.PhaseTLS, Text: " could not agree on TLS with the vendor"},
		"ERR_READ_TIMEOUT":        {Type: typeAnswerTimeout, Phase: proxy.PhaseWait, Text: " says that the vendor did not answer in time"},
		"ERR_ZERO_SIZE_OBJECT":    {Type: typeTerminated, Phase: proxy.PhaseWait, Text: " says that the vendor closed the connection without an answer"},
		"ERR_READ_ERROR":          {Type: typeTerminated, Phase: proxy.PhaseWait, Text: " says that the vendor broke off the connection"},
		"ERR_WRITE_ERROR":         {Type: typeTerminated, Phase: proxy.PhaseSend, Text: " says that the vendor broke off the connection"},
		"ERR_INVALID_RESP":        {Type: typeHTTPProtocol, Phase: proxy.PhaseReceive, Text: " says that the vendor's answer is not valid HTTP"},
		"ERR_INVALID_REQ":         {Type: typeRequestError, Phase: proxy.PhaseConnect, Text: " does not take the request"},
		"ERR_INVALID_URL":         {Type: typeRequestError, Phase: proxy.PhaseConnect, Text: " does not take the request's address"},
		"ERR_TOO_BIG":             {Type: typeRequestError, Phase: proxy.PhaseSend, Text: " does not take a request or an answer of this size"},
	}
}
