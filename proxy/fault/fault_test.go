package fault_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

func TestOf(t *testing.T) {
	dial := func(cause error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", cause)}
	}
	tests := []struct {
		err    error
		phase  proxy.Phase
		want   proxy.Error
		status int
	}{
		{&net.DNSError{Err: "no such host", Name: "x.example"}, proxy.PhaseConnect, proxy.Error{Type: "dns_error", Phase: "dns", Text: "no such host: x.example"}, 502},
		{&net.DNSError{Err: "i/o timeout", Name: "x.example", IsTimeout: true}, proxy.PhaseConnect, proxy.Error{Type: "dns_timeout", Phase: "dns", Text: "no answer about the name x.example"}, 504},
		{dial(syscall.ECONNREFUSED), proxy.PhaseConnect, proxy.Error{Type: "connection_refused", Phase: "connect", Text: "the vendor's address refused the connection"}, 502},
		{dial(syscall.EHOSTUNREACH), proxy.PhaseConnect, proxy.Error{Type: "destination_ip_unroutable", Phase: "connect", Text: "there is no route to the address of the vendor"}, 502},
		{dial(syscall.ETIMEDOUT), proxy.PhaseConnect, proxy.Error{Type: "connection_timeout", Phase: "connect", Text: "the vendor did not accept the connection in time"}, 504},
		{context.DeadlineExceeded, proxy.PhaseTLS, proxy.Error{Type: "connection_timeout", Phase: "tls", Text: "the vendor did not finish the TLS handshake in time"}, 504},
		{os.ErrDeadlineExceeded, proxy.PhaseWait, proxy.Error{Type: "http_response_timeout", Phase: "wait", Text: "the vendor did not answer in time"}, 504},
		{&net.OpError{Op: "read", Err: syscall.ECONNRESET}, proxy.PhaseWait, proxy.Error{Type: "connection_terminated", Phase: "wait", Text: "the vendor reset the connection"}, 502},
		{io.EOF, proxy.PhaseWait, proxy.Error{Type: "connection_terminated", Phase: "wait", Text: "the vendor closed the connection without an answer"}, 502},
		{io.ErrUnexpectedEOF, proxy.PhaseReceive, proxy.Error{Type: "connection_terminated", Phase: "receive", Text: "the vendor closed the connection before the end of the answer"}, 502},
		{io.EOF, proxy.PhaseTLS, proxy.Error{Type: "connection_terminated", Phase: "tls", Text: "the vendor closed the connection during the TLS handshake"}, 502},
		{&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, proxy.PhaseTLS, proxy.Error{Type: "tls_certificate_error", Phase: "tls", Text: "x509: certificate signed by unknown authority"}, 502},
		{tls.RecordHeaderError{}, proxy.PhaseTLS, proxy.Error{Type: "tls_protocol_error", Phase: "tls", Text: "the vendor does not speak TLS on this port"}, 502},
		{fmt.Errorf("dial: %w", fault.ErrLoop), proxy.PhaseConnect, proxy.Error{Type: "proxy_loop_detected", Phase: "connect", Text: "the request leads back to the proxy itself; check the proxy variables and the host of the request"}, http.StatusLoopDetected},
		{fault.ErrClosed, proxy.PhaseConnect, proxy.Error{Type: "destination_ip_prohibited", Phase: "connect", Text: fault.ErrClosed.Error()}, 403},
		{errors.New("senha=hunter2"), proxy.PhaseSend, proxy.Error{Type: "proxy_internal_error", Phase: "send", Text: "the request could not be sent on"}, 502},
	}
	for _, test := range tests {
		got := fault.Of(test.err, test.phase)
		if diff := cmp.Diff(&test.want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", test.err, diff)
		}
		if status := fault.Status(got); status != test.status {
			t.Errorf("%v: status %d, want %d", test.err, status, test.status)
		}
	}
}

func TestTheFirstNoteOfThePhaseStands(t *testing.T) {
	err := fault.In(proxy.PhaseWait, fmt.Errorf("again: %w", fault.In(proxy.PhaseTLS, io.EOF)))
	if got := fault.Cause(err); got.Phase != proxy.PhaseTLS {
		t.Errorf("the phase is %s, want tls", got.Phase)
	}
	if got := fault.Cause(io.EOF); got.Phase != proxy.PhaseWait {
		t.Errorf("without a note the phase is %s, want wait", got.Phase)
	}
}
