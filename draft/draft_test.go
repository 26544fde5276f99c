package draft_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/proxy"
)

// TestHostsOfEvidence holds that the hosts of evidence are those of all its calls.
func TestHostsOfEvidence(t *testing.T) {
	call := func(url string) proxy.Exchange { return proxy.Exchange{Request: proxy.Request{URL: url}} }
	good := call("https://GOOD.example:8443/v1")
	e := draft.Evidence{
		Group: capture.Group{Host: "api.example"},
		First: &capture.Failure{Host: "first.example"},
		Last:  &capture.Failure{Host: "api.example", Before: []capture.Call{{Exchange: call("https://%3Csecret%3E@login.example/token")}, {Exchange: call("://")}}},
		Good:  &good,
		Merged: []draft.Evidence{
			{Group: capture.Group{Host: "merged.example"}},
		},
	}
	want := []string{"api.example", "first.example", "good.example:8443", "login.example", "merged.example"}
	if diff := cmp.Diff(want, e.Hosts()); diff != "" {
		t.Error(diff)
	}
	if got := (draft.Evidence{}).Hosts(); len(got) != 0 {
		t.Errorf("nothing has the hosts %v", got)
	}
}
