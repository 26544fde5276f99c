package fault_test

import (
	"errors"
	"io"
	"net/http"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

func TestProxyErrorsDoNotBlameTheVendor(t *testing.T) {
	tests := []struct {
		err  error
		want proxy.Error
		code int
	}{
		{fault.AtProxy("p:1", syscall.ECONNREFUSED), proxy.Error{Type: "connection_refused", Phase: "connect", Text: "the upstream proxy p:1's address refused the connection"}, http.StatusBadGateway},
		{fault.AtProxy("p:1", syscall.EHOSTUNREACH), proxy.Error{Type: "destination_ip_unroutable", Phase: "connect", Text: "there is no route to the address of the upstream proxy p:1"}, http.StatusBadGateway},
		{fault.AtProxy("p:1", errors.New("odd")), proxy.Error{Type: "proxy_internal_error", Phase: "connect", Text: "the upstream proxy p:1: the request could not be sent on"}, http.StatusBadGateway},
		{fault.AtProxy("p:1", fault.ErrLoop), proxy.Error{Type: "proxy_loop_detected", Phase: "connect", Text: "the request leads back to the proxy itself; check the proxy variables and the host of the request"}, http.StatusLoopDetected},
		{fault.ProxyAnswer("p:1", 407, false), proxy.Error{Type: "http_request_denied", Phase: "connect", Text: "the upstream proxy p:1 wants credentials, and none are configured (407)"}, http.StatusForbidden},
		{fault.ProxyAnswer("p:1", 401, true), proxy.Error{Type: "http_request_denied", Phase: "connect", Text: "the upstream proxy p:1 does not accept the configured credentials (401)"}, http.StatusForbidden},
		{fault.ProxyAnswer("p:1", 503, false), proxy.Error{Type: "destination_unavailable", Phase: "connect", Text: "the upstream proxy p:1 could not reach the vendor (503)"}, http.StatusServiceUnavailable},
		{fault.SOCKSFailure("p:1", errors.New("socks connect: unknown error address type not supported"), false), proxy.Error{Type: "proxy_configuration_error", Phase: "connect", Text: "the upstream proxy p:1 does not take this kind of address"}, http.StatusInternalServerError},
		{fault.SOCKSFailure("p:1", io.EOF, false), proxy.Error{Type: "connection_terminated", Phase: "connect", Text: "the upstream proxy p:1 closed the connection without an answer"}, http.StatusBadGateway},
		{fault.BadTarget(io.EOF), proxy.Error{Type: "http_request_error", Phase: "connect", Text: "the request names no host and port that can be dialled"}, http.StatusBadRequest},
	}
	for _, test := range tests {
		got := fault.Cause(fault.In(proxy.PhaseConnect, test.err))
		if diff := cmp.Diff(test.want, *got); diff != "" {
			t.Errorf("%v: %s", test.err, diff)
		}
		if code := fault.Status(got); code != test.code {
			t.Errorf("%s: the status is %d, want %d", got.Type, code, test.code)
		}
	}
}
