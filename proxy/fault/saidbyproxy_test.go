package fault_test

import (
	"strings"
	"testing"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

// fieldsOf reads lines of a head.
func fieldsOf(lines string) (header proxy.Fields) {
	for line := range strings.SplitSeq(lines, "\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			header = append(header, proxy.Field{Name: name, Value: value})
		}
	}
	return header
}

// The heads are those of the programs; of Squid 5.7 they were seen.
func TestSaidByProxy(t *testing.T) {
	const squid = "Server: squid/5.7\nMime-Version: 1.0\nVary: Accept-Language\nX-Cache: MISS from cache.example\nVia: 1.1 cache.example (squid/5.7)\n"
	refused := func(phase proxy.Phase, kind, text string) *proxy.Error {
		return &proxy.Error{Type: kind, Phase: phase, Text: "the upstream proxy corp.example:3128" + text}
	}
	for name, test := range map[string]struct {
		status   int
		head     string
		tunnel   bool
		password bool
		want     *proxy.Error
	}{
		"a challenge":                     {status: 407, head: "Proxy-Authenticate: Basic realm=x", want: refused("connect", "http_request_denied", " wants credentials, and none are configured (407)")},
		"a challenge with another status": {status: 401, head: "Proxy-Authenticate: Basic realm=x", password: true, want: refused("connect", "http_request_denied", " does not accept the configured credentials (407)")},
		"407 without a challenge":         {status: 407, head: "Server: api"},
		"a challenge of the vendor":       {status: 401, head: "WWW-Authenticate: Bearer"},
		"squid, no such name":             {status: 503, head: squid + "X-Squid-Error: ERR_DNS_FAIL 0", want: refused("dns", "dns_error", " did not find the vendor's name (503)")},
		"squid, refused":                  {status: 503, head: squid + "X-Squid-Error: ERR_CONNECT_FAIL 111", want: refused("connect", "connection_refused", " says that the vendor's address refused the connection (503)")},
		"squid, another number":           {status: 503, head: squid + "X-Squid-Error: ERR_CONNECT_FAIL 99", want: refused("connect", "destination_unavailable", " could not reach the vendor (503)")},
		"squid, silence":                  {status: 504, head: squid + "X-Squid-Error: ERR_READ_TIMEOUT 0", want: refused("wait", "http_response_timeout", " says that the vendor did not answer in time (504)")},
		"squid, denied":                   {status: 403, head: squid + "X-Squid-Error: ERR_ACCESS_DENIED 0", want: refused("connect", "http_request_denied", " refuses to connect to the vendor (403)")},
		"squid, without a field for it":   {status: 502, head: squid, want: refused("connect", "destination_unavailable", " could not reach the vendor (502)")},
		"the vendor's own squid":          {status: 503, head: "Server: squid/6.6\nX-Squid-Error: ERR_CONNECT_FAIL 111\nVia: 1.1 front.bank.example (squid/6.6), 1.1 corp.example (squid/5.7)"},
		"two fields of Via":               {status: 503, head: "Server: squid/6.6\nVia: 1.1 front.bank.example\nVia: 1.1 corp.example"},
		"tinyproxy":                       {status: 500, head: "Server: tinyproxy/1.11.1", want: refused("connect", "destination_unavailable", " could not reach the vendor (500)")},
		"mitmproxy":                       {status: 502, head: "Server: mitmproxy 10.1.1", want: refused("connect", "destination_unavailable", " could not reach the vendor (502)")},
		"a server of the vendor":          {status: 502, head: "Server: nginx\nVia: 1.1 corp.example (squid/5.7)"},
		"a flagrante":                     {status: 504, head: "Proxy-Status: flagrante; error=connection_timeout", want: refused("connect", "connection_timeout", " answered in the vendor's place: connection_timeout (504)")},
		"a flagrante in a tunnel":         {status: 502, head: "Proxy-Status: flagrante; error=tls_certificate_error", tunnel: true, want: refused("tls", "tls_certificate_error", " answered in the vendor's place: tls_certificate_error (502)")},
		"a flagrante in a circle":         {status: 508, head: "Proxy-Status: flagrante; error=proxy_loop_detected", want: refused("connect", "proxy_loop_detected", " says that the request goes round in a circle (508)")},
		"a proxy under its host":          {status: 502, head: "Proxy-Status: \"vendor, cdn\"; error=x, Corp.example ; details=\"a, b\"; error=dns_timeout", want: refused("dns", "dns_timeout", " answered in the vendor's place: dns_timeout (502)")},
		"a proxy under its name in Via":   {status: 502, head: "Via: 1.1 cache-7\nProxy-Status: cache-7; error=connection_refused", want: refused("connect", "connection_refused", " answered in the vendor's place: connection_refused (502)")},
		"the vendor's own CDN":            {status: 502, head: "Proxy-Status: cdn.example; error=connection_refused"},
		"an error that is not the answer": {status: 500, head: "Proxy-Status: corp.example; error=http_response_incomplete"},
		"an unknown error":                {status: 500, head: "Proxy-Status: flagrante; error=<script>"},
		"inside of a tunnel":              {status: 503, head: squid + "X-Squid-Error: ERR_DNS_FAIL 0", tunnel: true},
		"a success":                       {status: 200, head: squid},
	} {
		t.Run(name, func(t *testing.T) {
			err := fault.SaidByProxy("corp.example:3128", &proxy.Response{Status: test.status, Header: fieldsOf(test.head)}, !test.tunnel, test.password)
			switch {
			case err == nil && test.want != nil:
				t.Errorf("taken for the vendor's, want %v", test.want)
			case err != nil && test.want == nil:
				t.Errorf("taken for the proxy's: %v", err)
			case err != nil && *fault.Cause(err) != *test.want:
				t.Errorf("got %v, want %v", fault.Cause(err), test.want)
			}
		})
	}
}
