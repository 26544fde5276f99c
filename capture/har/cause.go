package har

import (
	"strings"
	"unicode"

	"flagrante/proxy"
)

// gaveUp is how Chromium writes that the app went away before the answer.
const gaveUp = "net::ERR_ABORTED"

// cause is a group of reasons that producers give, under one error type of
// RFC 9209.
type cause struct {
	kind  string
	phase proxy.Phase
	text  string
	// signs are parts of reasons, in lower case. The codes are those of
	// Chromium (err_…), Firefox (ns_error_…, sec_error_…) and libuv (econnrefused);
	// the words are those of Safari, mitmproxy, OpenSSL, Go, Java and Python.
	signs []string
}

// causes are tried in their order: a special reason stands before the general
// one that is part of it.
func causes() []cause {
	return []cause{
		{"dns_timeout", proxy.PhaseDNS, "the look-up of the host name timed out", []string{"err_dns_timed_out"}},
		{"dns_error", proxy.PhaseDNS, "the host name could not be looked up", []string{
			"err_name_", "err_dns_", "enotfound", "eai_again", "no such host", "unknownhost", "err_icann_name_collision", "ns_error_unknown_host", "ns_error_unknown_proxy_host",
			"hostname could not be found", "name or service not known", "nodename nor servname",
			"name resolution", "getaddrinfo", "no address associated"}},
		{"connection_refused", proxy.PhaseConnect, "the connection was refused", []string{
			"err_connection_refused", "ns_error_connection_refused", "connection refused", "connect call failed", "econnrefused", "actively refused",
			"could not connect to the server"}},
		{"connection_timeout", proxy.PhaseConnect, "the connection was not made in time", []string{
			"err_connection_timed_out", "ns_error_net_timeout_external", "connect etimedout", "connect timed out", "connecttimeout"}},
		{"tls_alert_received", proxy.PhaseTLS, "the vendor refused the client certificate, or got none", []string{
			"alert certificate", "alert bad certificate", "alert unknown ca", "alert_certificate", "alert_bad_certificate", "alert_unknown_ca", "certificate required",
			"alert: certificate_", "alert: bad_certificate", "alert: unknown_ca", "error: tls: bad certificate", "error: tls: unknown certificate",
			"error: tls: expired certificate", "error: tls: revoked certificate", "error: tls: unsupported certificate"}},
		{"tls_certificate_error", proxy.PhaseTLS, "the vendor's certificate has expired, or is not valid yet", []string{
			"err_cert_date_invalid", "sec_error_expired", "mozilla_pkix_error_not_yet_valid", "certificate has expired", "cert_has_expired", "not yet valid", "validity check failed", "certificateexpired", "certificatenotyetvalid"}},
		{"tls_certificate_error", proxy.PhaseTLS, "the vendor's certificate is of another host", []string{
			"err_cert_common_name_invalid", "ssl_error_bad_cert_domain", "altname", "hostname mismatch", "certificate for this server is invalid", "is valid for"}},
		{"tls_certificate_error", proxy.PhaseTLS, "the vendor's certificate is of an unknown authority", []string{
			"err_cert_authority_invalid", "sec_error_unknown_issuer", "self signed", "self-signed", "self_signed", "local issuer", "pkix path", "verify the first certificate",
			"unable_to_verify_leaf", "unknown authority"}},
		{"tls_certificate_error", proxy.PhaseTLS, "the vendor's certificate was not accepted", []string{
			"err_cert_", "err_ssl_pinned_key", "err_ssl_obsolete_cert", "sec_error_", "mozilla_pkix_error", "ssl_error_bad_cert",
			"certificate verify failed", "certificate for this server", "certificate has expired"}},
		{"tls_protocol_error", proxy.PhaseTLS, "the TLS handshake failed", []string{
			"err_ssl_", "err_bad_ssl", "err_ech_", "ssl_error_", "ssl error", "secure connection to the server", "tls handshake", "eproto", "handshake_failure", "handshake failure", "sslhandshake"}},
		{"destination_ip_unroutable", proxy.PhaseConnect, "the network of the vendor could not be reached", []string{
			"err_address_", "err_internet_disconnected", "err_network_", "ns_error_offline", "connection appears to be offline",
			"ehostunreach", "enetunreach", "no route to host", "network is unreachable", "host is unreachable"}},
		{"destination_unavailable", proxy.PhaseConnect, "the proxy in between made no connection", []string{
			"err_proxy_", "err_tunnel_", "err_socks_", "ns_error_proxy_"}},
		{"http_request_denied", proxy.PhaseReceive, "the browser kept the answer from the app, mostly since the rules for calls across origins (CORS) forbid it", []string{
			failedInBrowser}},
		{"http_response_incomplete", proxy.PhaseReceive, "the answer broke off", []string{
			"err_content_length_mismatch", "err_incomplete_", "err_content_decoding", "ns_error_net_partial_transfer",
			"without sending complete message body", "premature close", "incompleteread"}},
		{"http_protocol_error", proxy.PhaseWait, "the answer was not well-formed HTTP", []string{
			"err_http2_", "err_http_1_1_required", "err_invalid_http_response", "err_quic_", "err_response_headers_",
			"err_spdy_", "ns_error_net_http", "protocol error", "cannot parse response"}},
		{"connection_terminated", proxy.PhaseWait, "the connection was closed before an answer", []string{
			"err_connection_reset", "err_connection_closed", "err_connection_aborted", "err_empty_response", "err_socket_not_connected",
			"ns_error_net_reset", "ns_error_net_interrupt", "ns_error_net_empty_response", "connection reset", "connection was lost",
			"econnreset", "epipe", "socket hang up", "unexpected eof", "closed connection without response", "forcibly closed",
			"server closed connection", "server disconnected", "connection closed", "broken pipe"}},
		{"http_response_timeout", proxy.PhaseWait, "no answer came in time", []string{
			"err_timed_out", "ns_error_net_timeout", "etimedout", "deadline exceeded", "timed out", "timeout"}},
	}
}

// cause returns why there was no answer, in our own words plus the producer's
// code: free text of a recording may quote a URL or a header.
func (n *entry) cause(reason string) *proxy.Error {
	if own := written(reason); own != nil {
		return own
	}
	found := n.match(strings.ToLower(reason))
	text := found.text
	if code(reason) {
		text += " (" + reason + ")"
	}
	return &proxy.Error{Type: found.kind, Phase: found.phase, Text: text}
}

func (n *entry) match(reason string) cause {
	for _, c := range causes() {
		for _, sign := range c.signs {
			if strings.Contains(reason, sign) {
				return n.narrow(c)
			}
		}
	}
	if reason == "" && n.Security == "broken" {
		return cause{kind: "tls_protocol_error", phase: proxy.PhaseTLS, text: "the secure connection failed"}
	}
	if reason == "" {
		return cause{kind: "destination_unavailable", phase: n.last(), text: "no answer came, and the recording does not say why"}
	}
	return cause{kind: "destination_unavailable", phase: n.last(), text: "no answer came, for a reason that is not known here"}
}

// narrow tells a connection that took too long from an answer that did: the
// general timeout of a request that was never sent is the connection's.
func (n *entry) narrow(c cause) cause {
	if c.kind == "http_response_timeout" && n.last() != proxy.PhaseWait {
		return cause{kind: "connection_timeout", phase: proxy.PhaseConnect, text: "the connection was not made in time"}
	}
	return c
}

// last returns the latest part of the exchange that the timings show.
func (n *entry) last() proxy.Phase {
	switch t := n.Timings; {
	case t.Wait > 0 || t.Send > 0 || t.Receive > 0:
		return proxy.PhaseWait
	case t.SSL > 0:
		return proxy.PhaseTLS
	case t.DNS > 0 && t.Connect <= 0:
		return proxy.PhaseDNS
	}
	return proxy.PhaseConnect
}

// failedInBrowser is what Chromium says when it keeps an answer from the app: in
// nearly all cases of calls, since the vendor does not allow the app's origin.
const failedInBrowser = "err_failed"

// withheld reports whether the browser kept an answer that it had from the app.
func withheld(reason string) bool { return strings.EqualFold(reason, "net::"+failedInBrowser) }

// heldBack reports whether the browser did not let the request out: its own
// rules, those of an extension or of the page forbid it.
func heldBack(reason string) bool {
	reason = strings.ToLower(reason)
	for _, sign := range []string{"err_blocked_by_", "err_unsafe_port", "err_unknown_url_scheme", "err_disallowed_url_scheme"} {
		if strings.Contains(reason, sign) {
			return true
		}
	}
	return false
}

// aborted reports whether the app, not the vendor or the network, ended it.
func aborted(reason string) bool {
	reason = strings.ToLower(reason)
	if reason == "cancelled" || reason == "canceled" {
		return true
	}
	for _, sign := range []string{"err_aborted", "ns_binding_aborted", "ns_error_abort", "client disconnected"} {
		if strings.Contains(reason, sign) {
			return true
		}
	}
	return false
}

// written reads a reason that Write wrote: the text of a proxy.Error.
func written(reason string) *proxy.Error {
	head, text, ok := strings.Cut(reason, "): ")
	kind, phase, named := strings.Cut(head, " (")
	if !ok || !named || !known(kind) || strings.Contains(text, "://") {
		return nil
	}
	switch p := proxy.Phase(phase); p {
	case proxy.PhaseDNS, proxy.PhaseConnect, proxy.PhaseTLS, proxy.PhaseSend, proxy.PhaseWait, proxy.PhaseReceive:
		return &proxy.Error{Type: kind, Phase: p, Text: clean(text)}
	}
	return nil
}

// known reports whether kind is spelled like the error types of RFC 9209,
// section 2.3: two or more words in lower case, joined by underscores.
func known(kind string) bool {
	return strings.Contains(kind, "_") && strings.Trim(kind, "abcdefghijklmnopqrstuvwxyz_") == "" && len(kind) < 64
}

// code reports whether reason is a producer's bare error code.
func code(reason string) bool {
	return len(reason) < 64 && reason != "" && strings.Trim(strings.TrimPrefix(reason, "net::"), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// clean returns text on one line, with no control characters, at most 200
// characters, and nothing at all of a text that quotes a URL.
func clean(text string) string {
	if strings.Contains(text, "://") {
		return "the answer broke off"
	}
	runes := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text))
	return string(runes[:min(len(runes), 200)])
}
