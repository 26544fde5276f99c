package extract_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/extract"
	"flagrante/proxy"
)

// TestHeaders has refusals whose body says nothing.
func TestHeaders(t *testing.T) {
	for name, test := range map[string]struct {
		field, value, body string
		want               capture.Vendor
	}{
		"a bearer token":   {"WWW-Authenticate", `Bearer realm="banco", error="insufficient_scope", error_description="Escopo saldo.read ausente"`, "", capture.Vendor{Code: "insufficient_scope", Message: "Escopo saldo.read ausente"}},
		"without quotes":   {"WWW-Authenticate", `DPoP error=use_dpop_nonce`, "", capture.Vendor{Code: "use_dpop_nonce"}},
		"a plain one":      {"WWW-Authenticate", `Basic realm="error pages"`, "", capture.Vendor{}},
		"words in quotes":  {"WWW-Authenticate", `Bearer realm="no error=x here", error="invalid_token"`, "", capture.Vendor{Code: "invalid_token"}},
		"padding":          {"WWW-Authenticate", `Negotiate YII=`, "", capture.Vendor{}},
		"the body first":   {"WWW-Authenticate", `Bearer error="invalid_token"`, `{"codigo":"A-1","mensagem":"Token vencido"}`, capture.Vendor{Code: "A-1", Message: "Token vencido"}},
		"a body with text": {"WWW-Authenticate", `Bearer error="invalid_token", error_description="x"`, `{"mensagem":"Token vencido"}`, capture.Vendor{Code: "invalid_token", Message: "Token vencido"}},
		"a gateway":        {"X-Amzn-Errortype", `MissingAuthenticationTokenException:http://internal.example/`, `{"message":"Missing Authentication Token"}`, capture.Vendor{Code: "MissingAuthenticationTokenException", Message: "Missing Authentication Token"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := answer("application/json", test.body)
			r.Status, r.Header = 401, append(r.Header, proxy.Field{Name: test.field, Value: test.value})
			if diff := cmp.Diff(test.want, extract.Vendor(r)); diff != "" {
				t.Error("-want +got", diff)
			}
		})
	}
}
