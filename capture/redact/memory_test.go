package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/proxy"
)

func answered(url, kind, body string) *proxy.Exchange {
	return &proxy.Exchange{
		Request:  proxy.Request{Method: "POST", URL: url},
		Response: &proxy.Response{Status: 200, Header: proxy.Fields{{Name: "Content-Type", Value: kind}}, Body: proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}},
	}
}

// TestSecretsOfOtherCalls holds that a secret of a call that is not kept is masked
// where nothing tells that it is one.
func TestSecretsOfOtherCalls(t *testing.T) {
	const given, cookie, key, password = "zq70a1b2c3d4e5", "s3ss10nV4lu3xYz9", "vendorkey0099aa", "tr0ub4dor9"
	r := redact.New(redact.WithKey(testKey()))
	var m redact.Memory
	first := answered("https://api.bank.example/oauth/token", "application/json", `{"access_token":"`+given+`"}`)
	first.Request.Header = proxy.Fields{{Name: "X-Vendor-Key", Value: key}, {Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}
	first.Request.Body = proxy.Body{Data: []byte("user=a&password=" + password), Size: 10, Complete: true}
	first.Response.Header = append(first.Response.Header, proxy.Field{Name: "Set-Cookie", Value: "sid=" + cookie + "; Path=/"})
	r.Learn(&m, first)

	second := answered("https://api.bank.example/v1/x/"+given, "application/json", `{"mensagem":"falha de `+key+` com `+cookie+`","eco":"`+password+`"}`)
	second.Response.Header = append(second.Response.Header, proxy.Field{Name: "Location", Value: "/s/" + cookie})
	reasons := []capture.Reason{{Key: "x", Args: map[string]string{"text": "recusado: " + given}}}
	out, _, said := r.Together(&m, reasons, second)
	text := fmt.Sprintf("%s %v %s %v", out[0].Request.URL, out[0].Response.Header, out[0].Response.Body.Data, said)
	for _, secret := range []string{given, cookie, key, password} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is left in %s", secret, text)
		}
	}
	good, _ := r.Remembered(&m, second)
	if text := fmt.Sprintf("%s %v %s", good.Request.URL, good.Response.Header, good.Response.Body.Data); strings.Contains(text, given) || strings.Contains(text, key) {
		t.Errorf("a good call says %s", text)
	}
}

// TestMemoryKeepsWordsReadable holds that what may stand in any call by chance is not
// remembered, and that the memory forgets.
func TestMemoryKeepsWordsReadable(t *testing.T) {
	r := redact.New(redact.WithKey(testKey()))
	var m redact.Memory
	first := answered("https://api.bank.example/login", "application/json", `{"access_token":"homologacao","senha":"12345678","session":"active"}`)
	first.Response.Header = append(first.Response.Header, proxy.Field{Name: "Set-Cookie", Value: "tema=escuro-2024"})
	r.Learn(&m, first)
	const body = `{"ambiente":"homologacao","valor":"12345678","estado":"active","tema":"escuro-2024"}`
	if out, _ := r.Remembered(&m, answered("https://api.bank.example/x", "application/json", body)); string(out.Response.Body.Data) != body {
		t.Errorf("%s became %s", body, out.Response.Body.Data)
	}
	token := func(i int) string { return fmt.Sprintf("t0k3n%09dxyz", i) }
	for i := range 3000 {
		r.Learn(&m, answered("https://api.bank.example/login", "application/json", `{"access_token":"`+token(i)+`"}`))
	}
	echo := func(i int) bool {
		out, _ := r.Remembered(&m, answered("https://api.bank.example/x", "text/plain", "eco "+token(i)))
		return string(out.Response.Body.Data) != "eco "+token(i)
	}
	if !echo(2999) || !echo(2000) || echo(0) {
		t.Errorf("the last is masked: %t, one of the last thousand: %t, the first: %t", echo(2999), echo(2000), echo(0))
	}
}
