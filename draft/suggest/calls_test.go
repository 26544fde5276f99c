package suggest_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/profile"
	"flagrante/draft/suggest"
	"flagrante/proxy"
)

// call is one call as a recording has it.
type call struct {
	at       time.Duration
	endpoint string
	kind     capture.Kind // empty for a success
	status   int
	err      *proxy.Error
	took     time.Duration
	message  string
	code     string
	healed   bool
	reasons  []capture.Reason
	header   proxy.Fields
}

func (c call) sameAs(o call) bool {
	return c.endpoint == o.endpoint && c.kind == o.kind && c.status == o.status && !c.healed
}

// recording is a list of calls to one host.
type recording []call

// add puts n calls into the recording, one each step, after those that are there.
func (r recording) add(n int, step time.Duration, c call) recording {
	var at time.Duration
	if len(r) > 0 {
		at = r[len(r)-1].at + step
	}
	for range n {
		c.at = at
		r, at = append(r, c), at+step
	}
	return r
}

func start() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

const day = 24 * time.Hour

// evidence makes of a recording what the draft of the failures like target is made
// of. It counts what the store counts, the plain way.
func (r recording) evidence(target call, window time.Duration) draft.Evidence {
	const host = "api.bank.example"
	calls := slices.Clone(r)
	slices.SortStableFunc(calls, func(a, b call) int { return int(a.at - b.at) })
	var mine []call
	for _, c := range calls {
		if c.sameAs(target) {
			mine = append(mine, c)
		}
	}
	first, last := failure(mine[0]), failure(mine[len(mine)-1])
	e := draft.Evidence{First: first, Last: last, Group: capture.Group{
		Host: host, Endpoint: target.endpoint, Kind: target.kind, Status: target.status, VendorCode: mine[0].code, Count: int64(len(mine)),
		FirstSeen: first.Time, LastSeen: last.Time,
	}}
	f := &e.Figures
	f.Known, f.Window, f.End = true, window, last.Time
	byName := map[string]*draft.EndpointTally{}
	end := mine[len(mine)-1].at
	for _, c := range calls {
		if c.kind != "" && !c.healed && c.at-mine[len(mine)-1].at <= draft.Tail {
			end = max(end, c.at)
		}
	}
	for _, c := range calls {
		if c.at > end {
			if c.kind == "" && c.endpoint == target.endpoint && f.GoodAfter.IsZero() {
				f.GoodAfter = start().Add(c.at)
			}
			continue
		}
		if c.at <= end-window {
			if c.endpoint == target.endpoint {
				f.Usual.Total, f.Usual.Span = f.Usual.Total+1, day
				if c.kind != "" {
					f.Usual.Failing++
				}
			}
			continue
		}
		if byName[c.endpoint] == nil {
			byName[c.endpoint] = &draft.EndpointTally{Endpoint: c.endpoint}
		}
		tally(&byName[c.endpoint].Tally, c)
		tally(&f.Host, c)
		if c.healed {
			f.Healed++
		}
		if c.sameAs(target) {
			f.Group++
			f.Latency.Failures = c.took
		}
		if c.kind == "" && c.endpoint == target.endpoint {
			f.Latency.Calls, f.Latency.P50, f.Latency.P99 = f.Latency.Calls+1, c.took, 2*c.took
		}
	}
	for _, t := range byName {
		f.Endpoints = append(f.Endpoints, *t)
		if t.Endpoint == target.endpoint {
			f.Endpoint = t.Tally
		}
	}
	if window > burst && len(mine) > 2 {
		e.Others = append(e.Others, r.evidence(target, burst).Figures)
	}
	return e
}

// burst is the shorter time that the rules look at.
const burst = 15 * time.Minute

func tally(t *draft.Tally, c call) {
	t.Total++
	at := start().Add(c.at)
	switch {
	case c.kind == "":
		t.LastGood, t.FailingSince, t.FaultsSince = at, 0, 0
	case !c.healed:
		t.Failing, t.FailingSince, t.LastFailing = t.Failing+1, t.FailingSince+1, at
		if draft.Fault(c.kind, c.status) {
			t.Faults, t.FaultsSince = t.Faults+1, t.FaultsSince+1
		}
	}
}

func failure(c call) *capture.Failure {
	f := &capture.Failure{Kind: c.kind, Time: start().Add(c.at), Reasons: c.reasons,
		Vendor: capture.Vendor{Code: c.code, Message: c.message}}
	f.Exchange.Err = c.err
	f.Exchange.Request.URL = "https://api.bank.example/x"
	if c.status > 0 {
		f.Exchange.Response = &proxy.Response{Status: c.status, Header: c.header}
	}
	return f
}

// guide is read once, for the tests ask for it thousands of times.
var guide = sync.OnceValues(profile.Default)

func rules(t testing.TB) profile.Rules {
	t.Helper()
	p, err := guide()
	if err != nil {
		t.Fatal(err)
	}
	return p.Rules
}

// good and bad make calls to an endpoint.
func good(endpoint string) call {
	return call{endpoint: endpoint, took: 200 * time.Millisecond}
}

func bad(endpoint string, status int) call {
	return call{endpoint: endpoint, kind: capture.KindHTTPStatus, status: status, took: 300 * time.Millisecond}
}

func broken(endpoint string, kind capture.Kind, errType string, phase proxy.Phase) call {
	return call{endpoint: endpoint, kind: kind, err: &proxy.Error{Type: errType, Phase: phase}, took: 30 * time.Second}
}

func order() []draft.Severity {
	return []draft.Severity{draft.Low, draft.Medium, draft.High, draft.Critical}
}

func severityOf(t testing.TB, env draft.Environment, r recording, target call) (draft.Severity, []string) {
	t.Helper()
	got, all := suggest.Severity(env, r.evidence(target, time.Hour), rules(t))
	var fired []string
	for _, rule := range all {
		if rule.Fired {
			fired = append(fired, rule.ID)
		}
	}
	return got.Value, fired
}
