// Package fault names what went wrong between the proxy and a vendor, in the
// terms of RFC 9209.
package fault

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"flagrante/proxy"
)

// Reasons not to dial an address.
var (
	ErrLoop   = errors.New("the address is the proxy's own")
	ErrClosed = errors.New("the address is one of flagrante's own, which the proxy does not reach")
	// ErrCameBack is for a request that this proxy has sent on before.
	ErrCameBack = errors.New("the request has come back by way of an upstream proxy")
)

// The proxy error types of RFC 9209, section 2.3, that are told apart.
const (
	typeDNSTimeout     = "dns_timeout"
	typeDNSError       = "dns_error"
	typeUnroutable     = "destination_ip_unroutable"
	typeProhibited     = "destination_ip_prohibited"
	typeRefused        = "connection_refused"
	typeTerminated     = "connection_terminated"
	typeConnectTimeout = "connection_timeout"
	typeTLSProtocol    = "tls_protocol_error"
	typeTLSCertificate = "tls_certificate_error"
	typeTLSAlert       = "tls_alert_received"
	typeAnswerTimeout  = "http_response_timeout"
	typeHTTPProtocol   = "http_protocol_error"
	typeLoop           = "proxy_loop_detected"
	typeInternal       = "proxy_internal_error"
	typeConfiguration  = "proxy_configuration_error"
	typeUnavailable    = "destination_unavailable"
	typeRequestError   = "http_request_error"
	typeRequestDenied  = "http_request_denied"
)

// vendor is how the texts call the other side, unless AtProxy says otherwise.
const vendor = "the vendor"

// phased is an error with the phase in which it happened.
type phased struct {
	error
	phase proxy.Phase
}

func (e *phased) Unwrap() error { return e.error }

// In notes the phase in which err happened, for Cause. The first note stays, for
// it is the nearest to the cause.
func In(phase proxy.Phase, err error) error {
	if _, ok := errors.AsType[*phased](err); ok {
		return err
	}
	return &phased{err, phase}
}

// Cause names an error that In has marked.
func Cause(err error) *proxy.Error {
	phase := proxy.PhaseWait
	if p, ok := errors.AsType[*phased](err); ok {
		phase = p.phase
	}
	return Of(err, phase)
}

// Of names an error in the terms of RFC 9209. The text is put together
// from what the network said, never from what the vendor sent.
func Of(err error, phase proxy.Phase) *proxy.Error {
	if n, ok := errors.AsType[*named](err); ok {
		name := n.name
		return &name
	}
	who := vendor
	if p, ok := errors.AsType[*atProxy](err); ok {
		who = p.who()
	}
	e := of(err, phase, who)
	if who != vendor && e.Type != typeLoop && !strings.Contains(e.Text, who) {
		e.Text = who + ": " + e.Text
	}
	return e
}

func of(err error, phase proxy.Phase, who string) *proxy.Error {
	for _, try := range []func(error, proxy.Phase, string) *proxy.Error{
		refusedByUs, dnsFailure, tlsFailure, timeout, httpFailure, networkFailure,
	} {
		if e := try(err, phase, who); e != nil {
			return e
		}
	}
	return &proxy.Error{Type: typeInternal, Phase: phase, Text: "the request could not be sent on"}
}

func refusedByUs(err error, _ proxy.Phase, _ string) *proxy.Error {
	switch {
	case errors.Is(err, ErrLoop):
		return &proxy.Error{Type: typeLoop, Phase: proxy.PhaseConnect, Text: "the request leads back to the proxy itself; check the proxy variables and the host of the request"}
	case errors.Is(err, ErrCameBack):
		return &proxy.Error{Type: typeLoop, Phase: proxy.PhaseConnect, Text: "the request has come back to the proxy by way of its upstream proxy; " + breakCircle}
	case errors.Is(err, ErrClosed):
		return &proxy.Error{Type: typeProhibited, Phase: proxy.PhaseConnect, Text: ErrClosed.Error()}
	}
	return nil
}

func dnsFailure(err error, _ proxy.Phase, _ string) *proxy.Error {
	dns, ok := errors.AsType[*net.DNSError](err)
	if !ok {
		return nil
	}
	if dns.IsTimeout {
		return &proxy.Error{Type: typeDNSTimeout, Phase: proxy.PhaseDNS, Text: "no answer about the name " + dns.Name}
	}
	return &proxy.Error{Type: typeDNSError, Phase: proxy.PhaseDNS, Text: dns.Err + ": " + dns.Name}
}

func tlsFailure(err error, phase proxy.Phase, who string) *proxy.Error {
	if cause, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return &proxy.Error{Type: typeTLSCertificate, Phase: proxy.PhaseTLS, Text: cause.Err.Error()}
	}
	if cause := certificateCause(err); cause != "" {
		return &proxy.Error{Type: typeTLSCertificate, Phase: proxy.PhaseTLS, Text: cause}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "remote error" {
		return &proxy.Error{Type: typeTLSAlert, Phase: proxy.PhaseTLS, Text: who + " refused the handshake: " + op.Err.Error()}
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return &proxy.Error{Type: typeTLSProtocol, Phase: proxy.PhaseTLS, Text: who + " does not speak TLS on this port"}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "local error" {
		return &proxy.Error{Type: typeTLSProtocol, Phase: proxy.PhaseTLS, Text: op.Err.Error()}
	}
	if phase == proxy.PhaseTLS && strings.Contains(err.Error(), "tls: ") {
		return &proxy.Error{Type: typeTLSProtocol, Phase: proxy.PhaseTLS, Text: "the TLS handshake with " + who + " failed"}
	}
	return nil
}

func certificateCause(err error) string {
	if cause, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		return cause.Error()
	}
	if cause, ok := errors.AsType[x509.HostnameError](err); ok {
		return cause.Error()
	}
	if cause, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return cause.Error()
	}
	return ""
}

// timeout names an exhausted patience by its phase.
func timeout(err error, phase proxy.Phase, who string) *proxy.Error {
	var slow net.Error
	timedOut := errors.As(err, &slow) && slow.Timeout() ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, syscall.ETIMEDOUT)
	if !timedOut {
		return nil
	}
	switch phase {
	case proxy.PhaseDNS:
		return &proxy.Error{Type: typeDNSTimeout, Phase: phase, Text: "the name was not found in time"}
	case proxy.PhaseConnect:
		return &proxy.Error{Type: typeConnectTimeout, Phase: phase, Text: who + " did not accept the connection in time"}
	case proxy.PhaseTLS:
		return &proxy.Error{Type: typeConnectTimeout, Phase: phase, Text: who + " did not finish the TLS handshake in time"}
	}
	return &proxy.Error{Type: typeAnswerTimeout, Phase: phase, Text: who + " did not answer in time"}
}

func networkFailure(err error, phase proxy.Phase, who string) *proxy.Error {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return &proxy.Error{Type: typeRefused, Phase: proxy.PhaseConnect, Text: who + "'s address refused the connection"}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return &proxy.Error{Type: typeUnroutable, Phase: proxy.PhaseConnect, Text: "there is no route to the address of " + who}
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return &proxy.Error{Type: typeTerminated, Phase: phase, Text: who + " reset the connection"}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return &proxy.Error{Type: typeTerminated, Phase: phase, Text: who + " closed the connection " + closedAt(phase)}
	}
	return nil
}

// closedAt says what the end of a connection cut off.
func closedAt(phase proxy.Phase) string {
	switch phase {
	case proxy.PhaseTLS:
		return "during the TLS handshake"
	case proxy.PhaseReceive:
		return "before the end of the answer"
	}
	return "without an answer"
}

// httpFailure is for the answers that we read ourselves, those of upstream
// proxies.
func httpFailure(err error, _ proxy.Phase, who string) *proxy.Error {
	if !strings.Contains(err.Error(), "malformed") {
		return nil
	}
	return &proxy.Error{Type: typeHTTPProtocol, Phase: proxy.PhaseReceive, Text: who + "'s answer is not valid HTTP"}
}

// OfApp says why a handshake with the app failed, without its bytes.
func OfApp(err error) string {
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "the app's first bytes were not TLS"
	}
	if strings.Contains(err.Error(), "tls: ") {
		return "the app offered no version or cipher that we share, or broke the protocol"
	}
	return Of(err, proxy.PhaseTLS).Text
}

// Status returns the status code that RFC 9209 recommends for an error type.
func Status(e *proxy.Error) int {
	switch e.Type {
	case typeDNSTimeout, typeConnectTimeout, typeAnswerTimeout:
		return http.StatusGatewayTimeout
	case typeLoop:
		return http.StatusLoopDetected
	case typeProhibited, typeRequestDenied:
		return http.StatusForbidden
	case typeRequestError:
		return http.StatusBadRequest
	case typeUnavailable:
		return http.StatusServiceUnavailable
	case typeConfiguration:
		return http.StatusInternalServerError
	}
	return http.StatusBadGateway
}
