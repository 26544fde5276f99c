package suggest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/suggest"
	"flagrante/draft/words"
	"flagrante/proxy"
)

// interleaved mixes failures evenly into successes: one of every n calls fails.
func interleaved(calls, every int, ok, no call) recording {
	var r recording
	for i := range calls {
		c := ok
		if i%every == every/2 {
			c = no
		}
		r = r.add(1, time.Second, c)
	}
	return r
}

func TestSeverity(t *testing.T) {
	const a, b, c, d = "GET h/a", "POST h/b", "GET h/c", "GET h/d"
	each := func(r recording, n int, of func(string) call, endpoints ...string) recording {
		for range n {
			for _, e := range endpoints {
				r = r.add(1, time.Second, of(e))
			}
		}
		return r
	}
	answer := func(status int) func(string) call { return func(e string) call { return bad(e, status) } }
	dns := func(e string) call { return broken(e, capture.KindTransport, "dns_error", proxy.PhaseDNS) }
	dial := func(e string) call { return broken(e, capture.KindTransport, "connection_refused", proxy.PhaseConnect) }
	expired := broken(a, capture.KindTLS, "tls_certificate_expired", proxy.PhaseTLS)
	waited := broken(a, capture.KindTimeout, "http_response_timeout", proxy.PhaseWait)
	healed := bad(a, 503)
	healed.healed = true
	trace := bad(a, 500)
	trace.reasons = []capture.Reason{{Key: "expose.stack_trace"}}
	erro := call{endpoint: a, kind: capture.KindBodyError, status: 200, message: "Falha"}
	invalid := call{endpoint: a, kind: capture.KindBodyError, status: 200, message: "CPF inválido"}
	abort := call{endpoint: a, kind: capture.KindClientAbort}

	const low, medium, high, critical = draft.Low, draft.Medium, draft.High, draft.Critical
	tests := []struct {
		name                string
		r                   recording
		target              call
		production, staging draft.Severity
		rule                string
	}{
		{"four endpoints down from the start", each(nil, 2, answer(503), a, b, c, d), bad(a, 503), critical, high, "outage"},
		{"four endpoints, one call each", each(nil, 1, answer(503), a, b, c, d), bad(a, 503), low, low, "isolated"},
		{"down after good traffic", each(each(nil, 20, good, a, b, c, d), 3, answer(500), a, b, c, d), bad(b, 500), critical, high, "outage"},
		{"all but the log-in down", each(each(nil, 5, answer(502), a, b, c), 5, good, d), bad(a, 502), critical, high, "outage"},
		{"an outage that is over", each(each(each(nil, 9, good, a, b, c), 5, answer(500), a, b, c), 3, good, a, b, c), bad(b, 500), high, high, "outage"},
		{"a hiccup that is over", each(each(nil, 1, answer(500), a, b, c, d), 30, good, a, b, c, d), bad(b, 500), low, low, "isolated"},
		{"no name for the host", each(nil, 3, dns, a, b), dns(a), critical, high, "outage"},
		{"two endpoints of two answer 500", each(nil, 10, answer(500), a, b), bad(a, 500), critical, high, "outage"},
		{"one 500 in 200", interleaved(200, 200, good(a), bad(a, 500)), bad(a, 500), low, low, "isolated"},
		{"one 500 and nothing else", recording{bad(a, 500)}, bad(a, 500), low, low, "isolated"},
		{"three of three", recording{}.add(3, time.Second, bad(a, 500)), bad(a, 500), medium, medium, "intermittent"},
		{"a third of 60 calls", interleaved(60, 3, good(a), bad(a, 502)), bad(a, 502), medium, medium, "intermittent"},
		{"401 after successes", each(each(nil, 10, good, a, b), 4, answer(401), a, b), bad(a, 401), high, high, "credential_lost"},
		{"one 401 beside other refusals", each(each(nil, 10, good, a, b), 4, answer(422), b).add(1, time.Second, bad(a, 401)), bad(a, 401), low, low, "isolated"},
		{"403 where nothing was permitted yet", each(each(nil, 10, good, b), 6, answer(403), a), bad(a, 403), medium, medium, "denied"},
		{"401 from the first call", recording{}.add(10, time.Second, bad(a, 401)), bad(a, 401), medium, medium, "denied"},
		{"one 401 among successes", interleaved(60, 60, good(a), bad(a, 401)), bad(a, 401), low, low, "isolated"},
		{"429 burst", recording{}.add(30, time.Second, good(a)).add(25, time.Millisecond, bad(a, 429)), bad(a, 429), medium, medium, "rate_limited"},
		{"one 429", interleaved(100, 100, good(a), bad(a, 429)), bad(a, 429), low, low, "isolated"},
		{"one endpoint always 500, others well", each(each(nil, 30, good, b, c, d), 8, answer(500), a), bad(a, 500), high, medium, "endpoint_down"},
		{"three endpoints fail often", interleaved(60, 3, good(a), bad(a, 502)).add(20, time.Second, good(b)).add(8, time.Second, bad(b, 500)).add(1, time.Second, good(b)).
			add(20, time.Second, good(c)).add(9, time.Second, bad(c, 503)).add(1, time.Second, good(c)), bad(a, 502), high, high, "degraded"},
		{"one wrong request", interleaved(50, 50, good(a), bad(a, 422)), bad(a, 422), low, low, "client_side"},
		{"many wrong requests among good ones", interleaved(400, 2, good(a), bad(a, 422)), bad(a, 422), low, low, "client_side"},
		{"everything is refused", recording{}.add(300, time.Second, bad(a, 422)), bad(a, 422), low, low, "client_side"},
		{"everything is refused that was accepted before", recording{}.add(3, time.Second, good(a)).add(300, time.Second, bad(a, 422)), bad(a, 422), medium, low, "all_refused"},
		{"expired certificate", recording{expired}, expired, critical, high, "certificate"},
		{"timeouts at 30 s with 200 ms usual", interleaved(60, 6, good(a), waited), waited, high, high, "slow_timeouts"},
		{"one timeout", interleaved(100, 100, good(a), waited), waited, low, low, "isolated"},
		{"failures of which retries healed most", recording{}.add(9, time.Second, healed).add(1, time.Second, good(a)).add(1, time.Second, bad(a, 503)), bad(a, 503), low, low, "isolated"},
		{"stack trace in a 500", interleaved(100, 100, good(a), trace), trace, critical, high, "exposure"},
		{"an error in each 200", recording{}.add(20, time.Second, erro), erro, high, medium, "endpoint_down"},
		{"a wrong field told in a 200", recording{}.add(5, time.Second, invalid), invalid, low, low, "client_side"},
		{"sandbox refuses connections, one endpoint", recording{}.add(6, time.Second, dial(a)), dial(a), high, medium, "endpoint_down"},
		{"sandbox refuses connections", each(nil, 4, dial, a, b, c), dial(a), critical, high, "outage"},
		{"the app leaves", recording{}.add(40, time.Second, abort), abort, low, low, "client_abort"},
		{"slow", recording{}.add(9, time.Second, call{endpoint: a, kind: capture.KindSlow, status: 200}), call{endpoint: a, kind: capture.KindSlow, status: 200}, low, low, "slow"},
		{"contract", recording{}.add(9, time.Second, call{endpoint: a, kind: capture.KindContract, status: 200}), call{endpoint: a, kind: capture.KindContract, status: 200}, low, low, "contract"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, fired := severityOf(t, draft.Production, tt.r, tt.target)
			if got != tt.production || !slices.Contains(fired, tt.rule) {
				t.Errorf("production: %s by %v, want %s by %s", got, fired, tt.production, tt.rule)
			}
			if got, fired := severityOf(t, draft.Staging, tt.r, tt.target); got != tt.staging {
				t.Errorf("staging: %s by %v, want %s", got, fired, tt.staging)
			}
		})
	}
}

// What is over is told in the past.
func TestAnOutageThatIsOverIsSaidToBe(t *testing.T) {
	var r recording
	for range 5 {
		r = r.add(1, time.Second, bad("GET h/a", 500)).add(1, time.Second, bad("GET h/b", 500)).add(1, time.Second, bad("GET h/c", 500))
	}
	r = r.add(3, 10*time.Minute, good("GET h/a"))
	got, _ := suggest.Severity(draft.Production, r.evidence(bad("GET h/a", 500), time.Hour), rules(t))
	said := words.SayAll(draft.English, got.Reasons)
	if want := " was down and works again: 3 endpoints were without any success, 15 failures (3 endpoints called within 1 h)"; got.Value != draft.High || !strings.Contains(said[0], want) {
		t.Errorf("%s: %q", got.Value, said)
	}
}

// A day of calm, and then a lot of failures in the last hour.
func TestSpikeRaisesByOneAndNeverToCritical(t *testing.T) {
	const a = "GET h/a"
	calm := recording{}.add(600, 2*time.Minute, good(a))
	refusals := calm.add(20, time.Second, bad(a, 422)).add(20, time.Second, good(a)).add(1, time.Second, bad(a, 422))
	if got, fired := severityOf(t, draft.Production, refusals, bad(a, 422)); got != draft.Medium || !slices.Contains(fired, "spike") {
		t.Errorf("refusals: %s by %v, want medium by a spike", got, fired)
	}
	down := calm.add(40, time.Second, bad(a, 500))
	if got, fired := severityOf(t, draft.Production, down, bad(a, 500)); got != draft.High || !slices.Contains(fired, "spike") {
		t.Errorf("down: %s by %v, want high still", got, fired)
	}
	limits := calm.add(40, time.Second, bad(a, 429))
	if got, fired := severityOf(t, draft.Production, limits, bad(a, 429)); got != draft.Medium || slices.Contains(fired, "spike") {
		t.Errorf("limits: %s by %v, want medium without a spike", got, fired)
	}
}

// What began a moment ago has not filled the window yet.
func TestABurstIsJudgedByItself(t *testing.T) {
	r := recording{}
	for i := range 300 { // Half an hour in which all works.
		r = r.add(1, 6*time.Second, good("GET h/"+string("abcde"[i%5])))
	}
	for i := range 200 { // Twenty minutes in which three of five often fail.
		c := good("GET h/" + string("abcde"[i%5]))
		if i%5 < 3 && i%3 == 0 {
			c = bad(c.endpoint, 502)
		}
		r = r.add(1, 6*time.Second, c)
	}
	e := r.evidence(bad("GET h/a", 502), time.Hour)
	got, _ := suggest.Severity(draft.Production, e, rules(t))
	if got.Value != draft.High || !slices.ContainsFunc(got.Reasons, func(r capture.Reason) bool { return r.Key == "severity.other" && r.Args["span"] == "15 min" }) {
		t.Errorf("Severity = %+v, want high by the burst", got)
	}
	e.Others = nil
	if got, _ := suggest.Severity(draft.Production, e, rules(t)); got.Value != draft.Medium {
		t.Errorf("Severity = %+v without the burst, want medium", got)
	}
}

func TestAGraverTimeKeepsTheSeverity(t *testing.T) {
	e := recording{}.add(10, time.Second, good("GET h/a")).add(1, time.Second, bad("GET h/a", 500)).evidence(bad("GET h/a", 500), time.Hour)
	e.Others = []draft.Figures{{}, recording{}.add(30, time.Second, bad("GET h/a", 500)).evidence(bad("GET h/a", 500), time.Hour).Figures}
	got, _ := suggest.Severity(draft.Production, e, rules(t))
	if got.Value != draft.High || !slices.ContainsFunc(got.Reasons, func(r capture.Reason) bool {
		return r.Key == "severity.other" && r.Args["end"] == "2026-11-20T12:00:29Z"
	}) {
		t.Errorf("Severity = %+v, want high by the graver time", got)
	}
}

func TestWithoutCountsTheFailuresSpeak(t *testing.T) {
	want := map[int64]draft.Severity{1: draft.Low, 2: draft.Low, 3: draft.Medium, 4: draft.High, 400: draft.High}
	for count, severity := range want {
		e := recording{bad("GET h/a", 503)}.evidence(bad("GET h/a", 503), time.Hour)
		e.Figures, e.Group.Count = draft.Figures{}, count
		got, _ := suggest.Severity(draft.Production, e, rules(t))
		last := got.Reasons[len(got.Reasons)-1]
		if got.Value != severity || last.Key != "severity.unknown_rate" {
			t.Errorf("%d failures: %+v, want %s, and that nothing was counted", count, got, severity)
		}
	}
}

func TestSeveritySeesACertificateBehindALaterError(t *testing.T) {
	r := recording{broken("GET h/a", capture.KindTLS, "tls_certificate_error", proxy.PhaseTLS)}.
		add(1, time.Second, broken("GET h/a", capture.KindTLS, "tls_protocol_error", proxy.PhaseTLS))
	if got, fired := severityOf(t, draft.Production, r, r[0]); got != draft.Critical {
		t.Errorf("%s by %v, want critical", got, fired)
	}
}

func TestACredentialOfAnEarlierCallWorked(t *testing.T) {
	r := recording{}.add(4, time.Second, bad("GET h/a", 401))
	e := r.evidence(r[0], time.Hour)
	earlier := proxy.Exchange{Start: start().Add(-time.Minute), Response: &proxy.Response{Status: 200}, Request: proxy.Request{
		URL: "https://api.bank.example/token/x", Header: proxy.Fields{{Name: "Authorization", Value: "Bearer ***"}}}}
	for _, tt := range []struct {
		name   string
		change func(*proxy.Exchange)
		want   draft.Severity
		side   draft.Side
	}{
		{"as it is", func(*proxy.Exchange) {}, draft.High, draft.SideUnknown},
		{"to another host", func(x *proxy.Exchange) { x.Request.URL = "https://other.example/" }, draft.Medium, draft.SideRequest},
		{"without a credential", func(x *proxy.Exchange) { x.Request.Header = nil }, draft.Medium, draft.SideRequest},
		{"the request for a token", func(x *proxy.Exchange) { x.Request.Header = proxy.Fields{{Name: "Authorization", Value: "Basic ***"}} }, draft.Medium, draft.SideRequest},
	} {
		x := earlier
		tt.change(&x)
		e.First.Before = []capture.Call{{Exchange: x}}
		got, _ := suggest.Severity(draft.Production, e, rules(t))
		if side := suggest.Side(e); got.Value != tt.want || side.Value != tt.side {
			t.Errorf("%s: %s and %s, want %s and %s", tt.name, got.Value, side.Value, tt.want, tt.side)
		}
	}
}

// What was exposed in between is not forgotten.
func TestExposureOfAnyFailureCounts(t *testing.T) {
	e := recording{bad("GET h/a", 500)}.evidence(bad("GET h/a", 500), time.Hour)
	e.Exposed = []capture.Reason{{Key: "expose.sql"}, {Key: "expose.people"}}
	got, _ := suggest.Severity(draft.Production, e, rules(t))
	want := []string{"Suspected exposure: other people's data in the answer. A person has yet to confirm it"}
	if diff := cmp.Diff(want, words.SayAll(draft.English, got.Reasons)); got.Value != draft.Critical || diff != "" {
		t.Errorf("%s: %s", got.Value, diff)
	}
}
