package text_test

import (
	"testing"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/text"
	"flagrante/proxy"
)

func TestOutcome(t *testing.T) {
	aborted := answered(charge(), 200, "OK", "text/plain", "half")
	aborted.Kind, aborted.Exchange.Aborted = capture.KindClientAbort, true
	broken := answered(charge(), 200, "OK", "application/json", "{}")
	broken.Kind = capture.KindContract
	sent := answered(charge(), 302, "Found", "text/html", "")
	sent.Kind = capture.KindBodyError
	odd := answered(charge(), 599, "Vendor's own words", "text/plain", "")
	empty := charge()
	tests := []struct {
		name string
		f    *capture.Failure
		want string
	}{
		{"a status", unavailable(), "503 Service Unavailable"},
		{"a status without a standard phrase", odd, "599"},
		{"broken off", truncated(), "answer broken off (HTTP 200)"},
		{"a contract that is not kept", broken, "contract not kept (HTTP 200)"},
		{"sent elsewhere", sent, "redirect in place of data (HTTP 302)"},
		{"aborted by the app", aborted, "call cancelled by the app"},
		{"given up", gaveUp(), "no answer: the app gave up waiting"},
		{"refused", refused(), "connection refused"},
		{"an expired certificate", expiredCertificate(), "the server's TLS certificate has expired"},
		{"another certificate error", unanswered(charge(), capture.KindTLS, proxy.Error{Type: "tls_certificate_error"}),
			"the server's TLS certificate was rejected"},
		{"no certificate of the client", unanswered(charge(), capture.KindTLS, proxy.Error{Type: "tls_alert_received", Text: "remote error: tls: certificate required"}),
			"the server demands a client certificate (mTLS)"},
		{"another alert", unanswered(charge(), capture.KindTLS, proxy.Error{Type: "tls_alert_received", Text: "remote error: tls: handshake failure"}),
			"the server refused the TLS handshake"},
		{"not readable", answers()["invalid-json"].Last, "unreadable answer (HTTP 200): it is no valid JSON"},
		{"an unknown type", unanswered(charge(), capture.KindTransport, proxy.Error{Type: "new_error"}), "new_error"},
		{"nothing at all", empty, "no answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := text.Outcome(draft.English, tt.f); got != tt.want {
				t.Errorf("Outcome = %q, want %q", got, tt.want)
			}
		})
	}
}
