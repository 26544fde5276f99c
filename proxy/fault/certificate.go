package fault

import (
	"strings"

	"flagrante/proxy"
)

// Flaw is what is wrong with a certificate of a vendor that was not accepted.
type Flaw string

// The flaws. FlawUnknown is that of an error which does not say it.
const (
	FlawUnknown   Flaw = ""
	FlawDate      Flaw = "date"
	FlawName      Flaw = "name"
	FlawAuthority Flaw = "authority"
)

// FlawOf reads what an error says of the certificate, in the words of Go, of browsers,
// of OpenSSL, of Node and of Java.
func FlawOf(e *proxy.Error) Flaw {
	if e == nil || !strings.HasPrefix(e.Type, "tls_certificate") {
		return FlawUnknown
	}
	text := strings.ToLower(e.Text)
	for _, f := range []struct {
		flaw Flaw
		said []string
	}{
		{FlawDate, []string{"expired", "not yet valid", "date_invalid", "out of date"}},
		{FlawName, []string{"common_name_invalid", "is valid for", "valid for any names", "bad_cert_domain", "altname", "another host", "hostname mismatch"}},
		{FlawAuthority, []string{"unknown authority", "authority_invalid", "unknown_issuer", "self_signed", "self signed", "self-signed", "local issuer", "pkix path building", "verify_leaf", "first certificate"}},
	} {
		for _, said := range f.said {
			if strings.Contains(text, said) {
				return f.flaw
			}
		}
	}
	return FlawUnknown
}
