package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
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
	typeHeaderSize     = "http_response_header_section_size"
	typeLoop           = "proxy_loop_detected"
	typeInternal       = "proxy_internal_error"
)

// phasedError is an error of a round trip with the phase in which it happened.
type phasedError struct {
	error
	phase Phase
}

func (e *phasedError) Unwrap() error { return e.error }

// transportError names the error of a round trip.
func transportError(err error) *Error {
	phase := PhaseWait
	if p, ok := errors.AsType[*phasedError](err); ok {
		phase = p.phase
	}
	return classify(err, phase)
}

// classify names an error in the terms of RFC 9209. The text is put together
// from what the network said, never from what the vendor sent.
func classify(err error, phase Phase) *Error {
	for _, try := range []func(error, Phase) *Error{
		refusedByUs, dnsFailure, tlsFailure, timeout, httpFailure, networkFailure,
	} {
		if e := try(err, phase); e != nil {
			return e
		}
	}
	return &Error{Type: typeInternal, Phase: phase, Text: "the request could not be sent on"}
}

func refusedByUs(err error, _ Phase) *Error {
	switch {
	case errors.Is(err, errLoop):
		return &Error{typeLoop, PhaseConnect, "the request leads back to the proxy itself; check the proxy variables and the host of the request"}
	case errors.Is(err, errClosed):
		return &Error{typeProhibited, PhaseConnect, errClosed.Error()}
	}
	return nil
}

func dnsFailure(err error, _ Phase) *Error {
	dns, ok := errors.AsType[*net.DNSError](err)
	if !ok {
		return nil
	}
	if dns.IsTimeout {
		return &Error{typeDNSTimeout, PhaseDNS, "no answer about the name " + dns.Name}
	}
	return &Error{typeDNSError, PhaseDNS, dns.Err + ": " + dns.Name}
}

func tlsFailure(err error, phase Phase) *Error {
	if cause, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return &Error{typeTLSCertificate, PhaseTLS, cause.Err.Error()}
	}
	if cause := certificateCause(err); cause != "" {
		return &Error{typeTLSCertificate, PhaseTLS, cause}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "remote error" {
		return &Error{typeTLSAlert, PhaseTLS, "the vendor refused the handshake: " + op.Err.Error()}
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return &Error{typeTLSProtocol, PhaseTLS, "the vendor does not speak TLS on this port"}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "local error" {
		return &Error{typeTLSProtocol, PhaseTLS, op.Err.Error()}
	}
	if phase == PhaseTLS && strings.Contains(err.Error(), "tls: ") {
		return &Error{typeTLSProtocol, PhaseTLS, "the TLS handshake with the vendor failed"}
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
func timeout(err error, phase Phase) *Error {
	var slow net.Error
	timedOut := errors.As(err, &slow) && slow.Timeout() ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, syscall.ETIMEDOUT)
	if !timedOut {
		return nil
	}
	switch phase {
	case PhaseDNS:
		return &Error{typeDNSTimeout, phase, "the name was not found in time"}
	case PhaseConnect:
		return &Error{typeConnectTimeout, phase, "the vendor did not accept the connection in time"}
	case PhaseTLS:
		return &Error{typeConnectTimeout, phase, "the vendor did not finish the TLS handshake in time"}
	}
	return &Error{typeAnswerTimeout, phase, "the vendor did not answer in time"}
}

func networkFailure(err error, phase Phase) *Error {
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Error{typeRefused, PhaseConnect, "the vendor's address refused the connection"}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return &Error{typeUnroutable, PhaseConnect, "there is no route to the vendor's address"}
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return &Error{typeTerminated, phase, "the vendor reset the connection"}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		strings.Contains(err.Error(), "server closed idle connection"):
		return &Error{typeTerminated, phase, "the vendor closed the connection without an answer"}
	case strings.Contains(err.Error(), "transport connection broken"), strings.Contains(err.Error(), "stream error"):
		return &Error{typeTerminated, phase, "the vendor broke the request off"}
	}
	return nil
}

func httpFailure(err error, _ Phase) *Error {
	text := err.Error()
	switch {
	case strings.Contains(text, "server response headers exceeded"):
		return &Error{typeHeaderSize, PhaseReceive, "the head of the vendor's answer is too large"}
	case strings.Contains(text, "malformed"), strings.Contains(text, "http2: "), strings.Contains(text, "bad Content-Length"),
		strings.Contains(text, "transfer encoding"):
		return &Error{typeHTTPProtocol, PhaseReceive, "the vendor's answer is not valid HTTP"}
	}
	return nil
}

// handshakeCause says why a handshake with the app failed, without its bytes.
func handshakeCause(err error) string {
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "the app's first bytes were not TLS"
	}
	if strings.Contains(err.Error(), "tls: ") {
		return "the app offered no version or cipher that we share, or broke the protocol"
	}
	return classify(err, PhaseTLS).Text
}
