package judge_test

import (
	"testing"

	"go.yaml.in/yaml/v3"

	"flagrante/capture"
	"flagrante/capture/judge"
	"flagrante/proxy"
)

func TestRulesOfTheUserComeFirst(t *testing.T) {
	const file = `
- {id: gone, host: "*.bank.example", path: "/v1/pix/{id}", method: GET, status: 404, then: expected}
- {id: quiet, host: api.bank.example, path: "/health/**", then: ignore}
- {id: refused, when: 'number(body.resultCode) > 0', then: fail, code: resultCode, message: resultText}
`
	var own []judge.Rule
	if err := yaml.Unmarshal([]byte(file), &own); err != nil {
		t.Fatal(err)
	}
	j := rules(t, own...)
	tests := []struct {
		name, url, body string
		status          int
		want            capture.Verdict
		vendor          capture.Vendor
	}{
		{"expected", "https://api.bank.example/v1/pix/7", "{}", 404, capture.Verdict{Failing: true, Expected: true, Kind: capture.KindHTTPStatus}, capture.Vendor{}},
		{"another path", "https://api.bank.example/v1/pix/7/x", "{}", 404, capture.Verdict{Failing: true, Kind: capture.KindHTTPStatus}, capture.Vendor{}},
		{"ignored", "https://api.bank.example/health/db", "{}", 503, capture.Verdict{}, capture.Vendor{}},
		{"failing", "https://o.example/", `{"resultCode":7,"resultText":"sem estoque"}`, 200, capture.Verdict{Failing: true, Kind: capture.KindBodyError}, capture.Vendor{Code: "7", Message: "sem estoque"}},
		{"not failing", "https://o.example/", `{"resultCode":0,"resultText":"feito"}`, 200, capture.Verdict{}, capture.Vendor{}},
		{"another shape", "https://o.example/", `[1]`, 200, capture.Verdict{}, capture.Vendor{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			x := &proxy.Exchange{
				Request:  proxy.Request{Method: "GET", URL: test.url},
				Response: &proxy.Response{Status: test.status, Body: proxy.Body{Data: []byte(test.body), Size: int64(len(test.body)), Complete: true}},
			}
			v := j.Judge(x)
			if v.Failing != test.want.Failing || v.Expected != test.want.Expected || v.Kind != test.want.Kind {
				t.Errorf("got %+v, want %+v", v, test.want)
			}
			if got := j.Vendor(x); v.Kind == capture.KindBodyError && got != test.vendor {
				t.Errorf("vendor %+v, want %+v", got, test.vendor)
			}
		})
	}
}
