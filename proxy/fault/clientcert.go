package fault

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"syscall"

	"flagrante/proxy"
)

// certificateAlerts are those with which servers turn a client's certificate
// down, or the lack of one (RFC 8446, section 6.2); older servers send no more
// than handshake_failure.
func certificateAlerts() []tls.AlertError {
	return []tls.AlertError{
		40,  // handshake_failure
		42,  // bad_certificate
		43,  // unsupported_certificate
		44,  // certificate_revoked
		45,  // certificate_expired
		46,  // certificate_unknown
		48,  // unknown_ca
		49,  // access_denied
		116, // certificate_required
	}
}

// ClientCertificate names an error with which a vendor that had asked for a
// client certificate ended the connection before it sent anything. The host is
// the vendor's, rule is the rule whose certificate was sent, empty when there
// was none. In TLS 1.3 the vendor decides after the handshake, so the error
// comes with a later read. Other errors are returned as they are.
func ClientCertificate(err error, host, rule string) error {
	alert, alerted := CertificateAlert(err)
	switch {
	case alerted && rule == "":
		return atHandshake(typeTLSAlert, "the vendor demands a client certificate; none is configured for "+host, err)
	case alerted:
		return atHandshake(typeTLSAlert, "the vendor refused the client certificate configured for "+rule+": "+alert, err)
	case rule == "" && hungUp(err):
		// A reset overtakes the alert when bytes of ours were still unread.
		return atHandshake(typeTerminated, "the vendor asked for a client certificate, got none, and closed the connection; none is configured for "+host, err)
	}
	return err
}

func atHandshake(kind, text string, cause error) error {
	return &named{proxy.Error{Type: kind, Phase: proxy.PhaseTLS, Text: text}, cause}
}

// CertificateAlert returns the text of an alert of the other side that may be about a
// client's certificate, and whether err is one: what was sent to it, it did not read. The
// alerts of crypto/tls have no exported type; their texts are those of tls.AlertError.
func CertificateAlert(err error) (string, bool) {
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "remote error" {
		return "", false
	}
	text := op.Err.Error()
	return text, slices.ContainsFunc(certificateAlerts(), func(a tls.AlertError) bool { return a.Error() == text })
}

func hungUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
