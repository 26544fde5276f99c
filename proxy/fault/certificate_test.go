package fault_test

import (
	"testing"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

func TestFlawOf(t *testing.T) {
	for text, want := range map[string]fault.Flaw{
		"x509: certificate has expired or is not yet valid: current time 2026-11-23T01:02:03Z is after 2026-11-20T00:00:00Z": fault.FlawDate,
		"x509: certificate is valid for other.example, not api.bank.example":                                                 fault.FlawName,
		"x509: certificate signed by unknown authority":                                                                      fault.FlawAuthority,
		"the vendor's certificate was not accepted (net::ERR_CERT_DATE_INVALID)":                                             fault.FlawDate,
		"the vendor's certificate was not accepted (net::ERR_CERT_COMMON_NAME_INVALID)":                                      fault.FlawName,
		"the vendor's certificate was not accepted (SEC_ERROR_UNKNOWN_ISSUER)":                                               fault.FlawAuthority,
		"the vendor's certificate was not accepted":                                                                          fault.FlawUnknown,
	} {
		if got := fault.FlawOf(&proxy.Error{Type: "tls_certificate_error", Text: text}); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if fault.FlawOf(nil) != fault.FlawUnknown || fault.FlawOf(&proxy.Error{Type: "connection_refused", Text: "expired"}) != fault.FlawUnknown {
		t.Error("an error of another type has a flaw of its certificate")
	}
}
