package har_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"flagrante/proxy"
)

// failed reads an entry without an answer, with a reason and its timings.
func failed(t *testing.T, reason, timings string) *proxy.Exchange {
	t.Helper()
	quoted, err := json.Marshal(reason)
	if err != nil {
		t.Fatal(err)
	}
	file := fmt.Sprintf(`{"log":{"entries":[{"startedDateTime":"2026-03-02T12:00:00Z","timings":{%s},
		"request":{"method":"GET","url":"http://a.example/"},"response":{"status":0,"_error":%s}}]}}`, timings, quoted)
	return read(t, strings.NewReader(file))[0]
}

func TestReasons(t *testing.T) {
	tests := []struct {
		reason, kind string
		phase        proxy.Phase
	}{
		{"net::ERR_NAME_NOT_RESOLVED", "dns_error", proxy.PhaseDNS},
		{"net::ERR_DNS_TIMED_OUT", "dns_timeout", proxy.PhaseDNS},
		{"[Errno -2] Name or service not known", "dns_error", proxy.PhaseDNS},
		{"net::ERR_CONNECTION_REFUSED", "connection_refused", proxy.PhaseConnect},
		{"[Errno 111] Connect call failed ('127.0.0.1', 9)", "connection_refused", proxy.PhaseConnect},
		{"net::ERR_CONNECTION_TIMED_OUT", "connection_timeout", proxy.PhaseConnect},
		{"net::ERR_TIMED_OUT", "connection_timeout", proxy.PhaseConnect},
		{"net::ERR_CERT_DATE_INVALID", "tls_certificate_error", proxy.PhaseTLS},
		{"SEC_ERROR_EXPIRED_CERTIFICATE", "tls_certificate_error", proxy.PhaseTLS},
		{"net::ERR_SSL_PROTOCOL_ERROR", "tls_protocol_error", proxy.PhaseTLS},
		{"net::ERR_INTERNET_DISCONNECTED", "destination_ip_unroutable", proxy.PhaseConnect},
		{"net::ERR_TUNNEL_CONNECTION_FAILED", "destination_unavailable", proxy.PhaseConnect},
		{"net::ERR_CONNECTION_RESET", "connection_terminated", proxy.PhaseWait},
		{"NS_ERROR_NET_RESET", "connection_terminated", proxy.PhaseWait},
		{"The network connection was lost.", "connection_terminated", proxy.PhaseWait},
		{"net::ERR_HTTP2_PROTOCOL_ERROR", "http_protocol_error", proxy.PhaseWait},
		{"NS_ERROR_NET_PARTIAL_TRANSFER", "http_response_incomplete", proxy.PhaseReceive},
		{"net::ERR_FAILED", "http_request_denied", proxy.PhaseReceive},
		{"getaddrinfo EAI_AGAIN api.bank.example", "dns_error", proxy.PhaseDNS},
		{"dial tcp: lookup api.bank.example: no such host", "dns_error", proxy.PhaseDNS},
		{"connect ECONNREFUSED 203.0.113.9:443", "connection_refused", proxy.PhaseConnect},
		{"connect ETIMEDOUT 203.0.113.9:443", "connection_timeout", proxy.PhaseConnect},
		{"write EPROTO 140:error:0A000415:SSL routines:ssl3_read_bytes:sslv3 alert certificate expired:SSL alert number 45", "tls_alert_received", proxy.PhaseTLS},
		{"ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "tls_alert_received", proxy.PhaseTLS},
		{"javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate", "tls_alert_received", proxy.PhaseTLS},
		{"remote error: tls: bad certificate", "tls_alert_received", proxy.PhaseTLS},
		{"javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure", "tls_protocol_error", proxy.PhaseTLS},
		{"tls: failed to verify certificate: x509: certificate has expired or is not yet valid", "tls_certificate_error", proxy.PhaseTLS},
		{"read ECONNRESET", "connection_terminated", proxy.PhaseWait},
		{"socket hang up", "connection_terminated", proxy.PhaseWait},
		{"connect EHOSTUNREACH 203.0.113.9:443", "destination_ip_unroutable", proxy.PhaseConnect},
		{"context deadline exceeded", "connection_timeout", proxy.PhaseConnect},
		{"something new", "destination_unavailable", proxy.PhaseConnect},
		{"", "destination_unavailable", proxy.PhaseConnect},
	}
	expired := failed(t, "PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed", "").Err
	if expired == nil || !strings.Contains(expired.Text, "expired") {
		t.Errorf("an expired certificate in the words of Java is %v", expired)
	}
	for _, test := range tests {
		e := failed(t, test.reason, `"dns":-1,"connect":-1,"send":0,"wait":0`).Err
		if e == nil || e.Type != test.kind || e.Phase != test.phase {
			t.Errorf("%q is %v", test.reason, e)
		}
	}
}

func TestTimeoutOfAnAnswer(t *testing.T) {
	e := failed(t, "net::ERR_TIMED_OUT", `"connect":12,"send":1,"wait":30000`).Err
	if e == nil || e.Type != "http_response_timeout" || e.Phase != proxy.PhaseWait {
		t.Errorf("%v", e)
	}
}

func TestAborts(t *testing.T) {
	for _, reason := range []string{"net::ERR_ABORTED", "NS_BINDING_ABORTED", "cancelled", "Client disconnected."} {
		if e := failed(t, reason, ""); !e.Aborted || e.Err != nil {
			t.Errorf("%q: aborted %v, %v", reason, e.Aborted, e.Err)
		}
	}
}

// TestReasonsQuoteNothing makes sure that a producer's free text, which may
// hold a URL or a header, is not carried on.
func TestReasonsQuoteNothing(t *testing.T) {
	for _, reason := range []string{
		"HTTP/1 protocol error: Invalid header line: b'Authorization Bearer s3cret'",
		"no answer from https://a.example/?token=s3cret",
		"dns_error (dns): look up https://a.example/?token=s3cret",
		"weird (dns): s3cret",
		"dns_error (nowhere): s3cret",
	} {
		if e := failed(t, reason, "").Err; e == nil || strings.Contains(e.Error(), "s3cret") {
			t.Errorf("%q became %v", reason, e)
		}
	}
}
