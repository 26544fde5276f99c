package fault_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

func TestClientCertificate(t *testing.T) {
	alert := func(code tls.AlertError) error {
		return fmt.Errorf("read: %w", &net.OpError{Op: "remote error", Err: code})
	}
	const (
		none    = "the vendor demands a client certificate; none is configured for bank.test"
		refused = "the vendor refused the client certificate configured for *.test: tls: "
		hungUp  = "the vendor asked for a client certificate, got none, and closed the connection; none is configured for bank.test"
	)
	tests := []struct {
		err        error
		rule       string
		kind, text string
	}{
		{alert(116), "", "tls_alert_received", none},
		{alert(40), "", "tls_alert_received", none},
		{alert(42), "*.test", "tls_alert_received", refused + "bad certificate"},
		{alert(45), "*.test", "tls_alert_received", refused + "expired certificate"},
		{alert(70), "", "tls_alert_received", "the vendor refused the handshake: tls: protocol version not supported"},
		{io.EOF, "", "connection_terminated", hungUp},
		{syscall.ECONNRESET, "", "connection_terminated", hungUp},
		{syscall.ECONNRESET, "*.test", "connection_terminated", "the vendor reset the connection"},
	}
	for _, test := range tests {
		err := fault.ClientCertificate(test.err, "bank.test", test.rule)
		got := fault.Of(err, proxy.PhaseTLS)
		if got.Type != test.kind || got.Text != test.text || got.Phase != proxy.PhaseTLS {
			t.Errorf("%v with rule %q: got %v", test.err, test.rule, got)
		}
		if !errors.Is(err, test.err) {
			t.Errorf("%v is no longer in the chain", test.err)
		}
	}
}

func TestInKeepsTheFirstPhase(t *testing.T) {
	err := fault.In(proxy.PhaseConnect, fmt.Errorf("dial: %w", fault.In(proxy.PhaseTLS, io.EOF)))
	if got := fault.Cause(err).Phase; got != proxy.PhaseTLS {
		t.Errorf("the phase is %s", got)
	}
}
