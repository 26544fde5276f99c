package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/proxy"
)

// session is a call whose answer gives a short token, and one that uses it where
// nothing tells that it is one.
func session() (first, second *proxy.Exchange) {
	body := `{"access_token":"zq7-0a1b2c3d","titular":"Ana Clara Souza"}`
	first = &proxy.Exchange{
		Request:  proxy.Request{Method: "POST", URL: "https://api.bank.example/oauth/token"},
		Response: &proxy.Response{Status: 200, Header: proxy.Fields{{Name: "Content-Type", Value: "application/json"}}, Body: proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}},
	}
	second = &proxy.Exchange{Request: proxy.Request{Method: "GET", URL: "https://api.bank.example/s/zq7-0a1b2c3d/x?q=Ana%20Clara%20Souza"}, Response: &proxy.Response{Status: 500}}
	return first, second
}

func TestTogether(t *testing.T) {
	first, second := session()
	for _, order := range [][]*proxy.Exchange{{first, second}, {second, first}} {
		out, marks, _ := redact.New().Together(nil, nil, order...)
		if text := fmt.Sprintf("%+v", out); strings.Contains(text, "zq7-0a1b2c3d") || len(marks[0]) == 0 || len(marks[1]) == 0 {
			t.Errorf("the token of one call stands in another: %s, marks %v", text, marks)
		}
	}
}

func TestCallsBeforeAFailureLeaveMasked(t *testing.T) {
	first, second := session()
	f := &capture.Failure{Exchange: *second, Before: []capture.Call{{Exchange: *first}}}
	out := redact.New().Failure(f)
	if text := fmt.Sprintf("%+v %s", out, out.Before[0].Exchange.Response.Body.Data); strings.Contains(text, "Clara") || strings.Contains(text, "zq7") {
		t.Errorf("personal data of the calls before leaves: %s", text)
	}
	if !strings.Contains(string(f.Before[0].Exchange.Response.Body.Data), "Clara") {
		t.Error("the failure itself was changed")
	}
}

// What was taken out of an answer is looked at by itself as well: short numbers are no values
// to look for elsewhere.
func TestWhatIsTakenOutOfAnAnswerLeavesMasked(t *testing.T) {
	const message = "Ag. 4312 C/C 70219-4 de joao@loja.example: saldo insuficiente"
	f := &capture.Failure{Exchange: *request("https://a.example/", nil, `{"mensagem":"`+message+`"}`)}
	f.Vendor.Message = message
	f.Reasons = []capture.Reason{{Args: map[string]string{"value": message}}}
	out := redact.New().Failure(f)
	const want = "Ag. <branch> C/C <account> de <email>: saldo insuficiente"
	got := []string{out.Vendor.Message, out.Reasons[0].Args["value"]}
	if diff := cmp.Diff([]string{want, want}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
