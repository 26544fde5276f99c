package judge_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/judge"
	"flagrante/proxy"
)

func status(method string, code int) *proxy.Exchange {
	return &proxy.Exchange{
		Request:  proxy.Request{Method: method},
		Response: &proxy.Response{Status: code, Body: proxy.Body{Complete: true}},
	}
}

func noAnswer(kind string, phase proxy.Phase) *proxy.Exchange {
	return &proxy.Exchange{Err: &proxy.Error{Type: kind, Phase: phase, Text: "why"}, Phases: proxy.Phases{Total: 1500 * time.Millisecond}}
}

func bareEnd(code int) *proxy.Exchange {
	x := status("GET", code)
	x.Response.Body.BareEnd = true
	return x
}

func gaveUp(after time.Duration) *proxy.Exchange {
	return &proxy.Exchange{Aborted: true, Phases: proxy.Phases{Total: after}}
}

func leftIn(kind string, code int) *proxy.Exchange {
	x := status("GET", code)
	x.Aborted = true
	x.Response.Header = proxy.Fields{{Name: "Content-Type", Value: kind}}
	x.Response.Body = proxy.Body{Size: 3}
	return x
}

func leftAfter(code int) *proxy.Exchange {
	x := status("GET", code)
	x.Aborted = true
	return x
}

func broken(code int) *proxy.Exchange {
	x := status("GET", code)
	x.Response.Header = proxy.Fields{{Name: "Content-Length", Value: "100"}}
	x.Response.Body = proxy.Body{Size: 3, Err: "reset"}
	return x
}

func cutByUs(code int) *proxy.Exchange {
	x := broken(code)
	x.Response.Body.Err = proxy.CutByUs
	return x
}

func TestJudge(t *testing.T) {
	type verdict struct {
		Kind     capture.Kind
		Keys     []string
		Expected bool
	}
	tests := map[string]struct {
		x    *proxy.Exchange
		want verdict
	}{
		"200":                {status("GET", 200), verdict{}},
		"304":                {status("GET", 304), verdict{}},
		"101":                {status("GET", 101), verdict{}},
		"200 cut by us":      {cutByUs(200), verdict{}},
		"503 cut by us":      {cutByUs(503), verdict{capture.KindHTTPStatus, []string{"judge.status"}, false}},
		"399":                {status("GET", 399), verdict{}},
		"400":                {status("GET", 400), verdict{capture.KindHTTPStatus, []string{"judge.status"}, false}},
		"503":                {status("POST", 503), verdict{capture.KindHTTPStatus, []string{"judge.status"}, false}},
		"strange status":     {status("POST", 999), verdict{capture.KindHTTPStatus, []string{"judge.status"}, false}},
		"OPTIONS 405":        {status("OPTIONS", 405), verdict{capture.KindHTTPStatus, []string{"judge.status", "judge.expected.options"}, true}},
		"OPTIONS 503":        {status("OPTIONS", 503), verdict{capture.KindHTTPStatus, []string{"judge.status"}, false}},
		"HEAD 404":           {status("HEAD", 404), verdict{capture.KindHTTPStatus, []string{"judge.status", "judge.expected.head_404"}, true}},
		"GET 404":            {status("GET", 404), verdict{capture.KindHTTPStatus, []string{"judge.status"}, false}},
		"412":                {status("PUT", 412), verdict{capture.KindHTTPStatus, []string{"judge.status", "judge.expected.precondition"}, true}},
		"refused":            {noAnswer("connection_refused", proxy.PhaseConnect), verdict{capture.KindTransport, []string{"judge.transport"}, false}},
		"no name":            {noAnswer("dns_error", proxy.PhaseDNS), verdict{capture.KindTransport, []string{"judge.transport"}, false}},
		"loop":               {noAnswer("proxy_loop_detected", proxy.PhaseConnect), verdict{capture.KindTransport, []string{"judge.transport", "judge.expected.own"}, true}},
		"bad certificate":    {noAnswer("tls_certificate_error", proxy.PhaseTLS), verdict{capture.KindTLS, []string{"judge.tls"}, false}},
		"closed in TLS":      {noAnswer("connection_terminated", proxy.PhaseTLS), verdict{capture.KindTLS, []string{"judge.tls"}, false}},
		"timeout in TLS":     {noAnswer("connection_timeout", proxy.PhaseTLS), verdict{capture.KindTimeout, []string{"judge.timeout"}, false}},
		"no answer in time":  {noAnswer("http_response_timeout", proxy.PhaseWait), verdict{capture.KindTimeout, []string{"judge.timeout"}, false}},
		"app left at once":   {gaveUp(time.Second), verdict{capture.KindClientAbort, []string{"judge.client_abort"}, false}},
		"app waited in vain": {gaveUp(30 * time.Second), verdict{capture.KindTimeout, []string{"judge.gave_up"}, false}},
		"broken 200":         {broken(200), verdict{capture.KindTruncated, []string{"judge.truncated"}, false}},
		"broken 500":         {broken(500), verdict{capture.KindHTTPStatus, []string{"judge.status", "judge.truncated"}, false}},
		"bare end of a 200":  {bareEnd(200), verdict{}},
		"bare end of a 502":  {bareEnd(502), verdict{capture.KindHTTPStatus, []string{"judge.status", "judge.bare_end"}, false}},
		"left in an answer":  {leftIn("application/json", 200), verdict{capture.KindClientAbort, []string{"judge.client_abort"}, false}},
		"left in a 500":      {leftIn("application/json", 500), verdict{capture.KindHTTPStatus, []string{"judge.status", "judge.client_abort"}, false}},
		"left a stream":      {leftIn("text/event-stream; charset=utf-8", 200), verdict{capture.KindClientAbort, []string{"judge.client_abort", "judge.expected.stream"}, true}},
		"left a stream, 500": {leftIn("text/event-stream", 500), verdict{capture.KindHTTPStatus, []string{"judge.status"}, false}},
		"left an upgrade":    {leftIn("", 101), verdict{}},
		"left after the end": {leftAfter(200), verdict{}},
		"nothing at all":     {&proxy.Exchange{}, verdict{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			v := rules(t).Judge(test.x)
			got := verdict{Kind: v.Kind, Expected: v.Expected}
			for _, r := range v.Reasons {
				got.Keys = append(got.Keys, r.Key)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
			if v.Failing != (test.want.Kind != "") {
				t.Errorf("failing is %v", v.Failing)
			}
		})
	}
}

func TestReasonsCarryTheNumbers(t *testing.T) {
	got := rules(t).Judge(broken(200)).Reasons[0].Args
	want := map[string]string{"got": "3", "announced": "100", "text": "reset"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := rules(t).Judge(gaveUp(30 * time.Second)).Reasons[0].Args["seconds"]; got != "30.0" {
		t.Errorf("gave up after %s seconds, want 30.0", got)
	}
}

func rules(t testing.TB, own ...judge.Rule) *judge.Judge {
	t.Helper()
	j, err := judge.New(own)
	if err != nil {
		t.Fatal(err)
	}
	return j
}
