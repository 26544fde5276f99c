package judge_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/proxy"
)

func TestAnUpstreamProxyMayHaveAnswered(t *testing.T) {
	for name, test := range map[string]struct {
		url, via, media string
		status          int
		want            bool
	}{
		"a page":                {"http://bank.example/a", "corp:3128", "text/html", 503, true},
		"nothing":               {"http://bank.example/a", "corp:3128", "", 504, true},
		"a page of XHTML":       {"http://bank.example/a", "corp:3128", "application/xhtml+xml", 502, true},
		"data":                  {"http://bank.example/a", "corp:3128", "application/problem+json; charset=utf-8", 503, false},
		"SOAP":                  {"http://bank.example/a", "corp:3128", "text/xml", 503, false},
		"a status of vendors":   {"http://bank.example/a", "corp:3128", "text/html", 500, false},
		"sealed from the proxy": {"https://bank.example/a", "corp:3128", "text/html", 503, false},
		"no proxy":              {"http://bank.example/a", "", "text/html", 503, false},
	} {
		t.Run(name, func(t *testing.T) {
			x := status("GET", test.status)
			x.Request.URL, x.Upstream.Proxy = test.url, test.via
			x.Response.Header = append(x.Response.Header, proxy.Field{Name: "Content-Type", Value: test.media})
			v := rules(t).Judge(x)
			said := false
			for _, r := range v.Reasons {
				if r.Key == "judge.between" {
					said = r.Args["proxy"] == test.via
				}
			}
			if said != test.want || v.Kind != capture.KindHTTPStatus {
				t.Errorf("judged as %s for %v, want the proxy named: %v", v.Kind, v.Reasons, test.want)
			}
		})
	}
}

// An answer that fails says so, too, when the app may not have been able to read it.
func TestAFailureSaysThatItsCodingIsAnother(t *testing.T) {
	for coding, want := range map[string][]string{"": nil, "gzip": {"uncoded"}} {
		x := status("POST", 422)
		x.Response.Header = proxy.Fields{{Name: "Content-Type", Value: "application/json"}, {Name: "Content-Encoding", Value: coding}}
		x.Response.Body = proxy.Body{Data: []byte(`{"codigo":"E-17"}`), Size: 17, Complete: true}
		var got []string
		for _, r := range rules(t).Judge(x).Reasons {
			if r.Key == "judge.unreadable" {
				got = append(got, r.Args["what"])
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("with the coding %q (-want +got):\n%s", coding, diff)
		}
	}
}
