package app

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft/desk/live"
	"flagrante/draft/desk/service"
	"flagrante/proxy"
)

func TestADotHoldsNothingThatWasSent(t *testing.T) {
	at := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	x := &proxy.Exchange{Start: at, Phases: proxy.Phases{Total: 12 * time.Millisecond}}
	x.Request.Method, x.Request.URL = "GET", "https://ana:s3nha@api.bank.example:8443/v1/clientes/123?token=abc#x"
	x.Response = &proxy.Response{Status: 503}
	want := live.Call{At: at, Host: "api.bank.example:8443", Method: "GET", Status: 503, Millis: 12, Encrypted: true}
	if diff := cmp.Diff(want, dot(x)); diff != "" {
		t.Error(diff)
	}
	for target, host := range map[string]string{"http://a.example": "a.example", "https://a.example?x=@b": "a.example", "/v1": "", "": ""} {
		if got := hostOf(target); got != host {
			t.Errorf("the host of %q is %q", target, got)
		}
	}
}

func TestChangedNamesEachDraftOnce(t *testing.T) {
	a := &capture.Failure{Fingerprint: "v2-aaaaaaaaaaaaaaaa"}
	b := &capture.Failure{Fingerprint: "v2-bbbbbbbbbbbbbbbb", Expected: true}
	got := changed(capture.Batch{Failures: []*capture.Failure{a, a, b}})
	if diff := cmp.Diff(service.Changed{Drafts: []string{"d-aaaaaaaaaa"}, Failures: 3}, got); diff != "" {
		t.Error(diff)
	}
}
