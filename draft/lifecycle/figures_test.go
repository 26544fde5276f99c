package lifecycle_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/traffic"
	"flagrante/draft"
	"flagrante/proxy"
)

// calls counts the calls to an endpoint in a minute after noon, the last good one
// some seconds into it.
func calls(endpoint string, minute int, all, failures int64, good time.Duration) capture.Minute {
	m := capture.Minute{Start: noon.Add(time.Duration(minute) * time.Minute), Host: "api.bank.example", Endpoint: endpoint, Calls: all, Failures: failures}
	var l traffic.Latency
	for range all {
		l.Add(100 * time.Millisecond)
	}
	m.Latency = l
	if good >= 0 {
		m.LastGood = m.Start.Add(good)
	}
	return m
}

func TestFigures(t *testing.T) {
	b, s := bookAndStore(t, at(1, 0), at(1, 1), at(1, 2), at(2, 2))
	const e1, e2, e3 = "GET api.bank.example/v1/e1", "GET api.bank.example/v1/e2", "GET api.bank.example/v1/e3"
	healed := at(1, 1)
	healed.ID, healed.Chain, healed.Expected = "healed", "c", true
	good := proxy.Exchange{Start: noon.Add(-time.Minute), Response: &proxy.Response{Status: 200}}
	_, err := s.Append(t.Context(), capture.Batch{
		Failures: []*capture.Failure{healed},
		Traffic: []capture.Minute{
			calls(e1, -300, 40, 0, 0), calls(e1, -90, 10, 2, 5*time.Second), calls(e1, 0, 5, 1, 30*time.Second), calls(e1, 1, 1, 1, -1), calls(e1, 2, 1, 1, -1),
			calls(e2, 2, 4, 1, -1), calls(e3, 1, 7, 0, 50*time.Second), calls(e1, 5, 3, 0, 9*time.Second), calls("GET api.bank.example/v1/e4", 1, 9, 0, 0),
		},
		Good: []capture.Good{{Endpoint: e1, Exchange: good}},
	})
	check(t, err)
	d, err := b.Draft(t.Context(), "d-000001endp")
	check(t, err)
	last := noon.Add(2 * time.Minute)
	minute := func(m int, d time.Duration) time.Time { return noon.Add(time.Duration(m)*time.Minute + d) }
	own := draft.Tally{Total: 7, Failing: 3, Faults: 3, LastGood: minute(0, 30*time.Second), LastFailing: last, FailingSince: 2, FaultsSince: 2}
	want := draft.Figures{
		Known: true, Window: time.Hour, End: last, Group: 3, Endpoint: own,
		Host: draft.Tally{Total: 27, Failing: 4, Faults: 4, LastGood: minute(1, 50*time.Second), LastFailing: last, FailingSince: 2, FaultsSince: 2},
		Endpoints: []draft.EndpointTally{
			{Endpoint: e1, Tally: own},
			{Endpoint: e2, Tally: draft.Tally{Total: 4, Failing: 1, Faults: 1, LastFailing: last, FailingSince: 1, FaultsSince: 1}},
			{Endpoint: e3, Tally: draft.Tally{Total: 7, LastGood: minute(1, 50*time.Second)}},
			{Endpoint: "GET api.bank.example/v1/e4", Tally: draft.Tally{Total: 9, LastGood: minute(1, 0)}},
		},
		Healed: 1, GoodAfter: minute(5, 9*time.Second),
		Latency:   draft.Latency{Calls: 43, P50: d.Evidence.Figures.Latency.P50, P99: d.Evidence.Figures.Latency.P99},
		Usual:     draft.Usual{Span: 4*time.Hour + 2*time.Minute, Total: 50, Failing: 2},
		Recurring: 3,
	}
	want.Latency.Calls = 40
	if diff := cmp.Diff(want, d.Evidence.Figures); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if p50 := d.Evidence.Figures.Latency.P50; p50 < 90*time.Millisecond || p50 > 110*time.Millisecond {
		t.Errorf("the median is %s, want about 100 ms", p50)
	}
}

// graver lists the failures and the calls to the endpoint in the other stretches, with
// their lengths and ends.
func graver(d draft.Draft) []string {
	var all []string
	for _, n := range d.Evidence.Others {
		all = append(all, fmt.Sprintf("%s up to minute %v: %d of %d", n.Window, n.End.Sub(noon).Minutes(), n.Group, n.Endpoint.Total))
	}
	return all
}

// Most failures came in a row of minutes, which is one trouble though a call succeeded in
// it, and the longest row without a success at the end.
func TestGraverStretches(t *testing.T) {
	var failures []*capture.Failure
	for minute := range 5 {
		failures = append(failures, at(1, minute))
	}
	b, s := bookAndStore(t, append(failures, at(1, 300))...)
	_, err := s.Append(t.Context(), capture.Batch{Traffic: []capture.Minute{
		calls(at(1, 0).Endpoint, 2, 200, 0, time.Second), calls(at(1, 0).Endpoint, 300, 1, 1, -1),
	}})
	check(t, err)
	d, err := b.Draft(t.Context(), "d-000001endp")
	check(t, err)
	want := []string{"15m0s up to minute 300: 1 of 1", "1h0m0s up to minute 4: 5 of 200", "15m0s up to minute 4: 5 of 200"}
	if diff := cmp.Diff(want, graver(d)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// The numbers of a burst are those of the quarter of an hour in which most failed.
func TestBurstIsAShorterTime(t *testing.T) {
	b, s := bookAndStore(t, at(1, 0), at(1, 40), at(1, 41), at(1, 42), at(1, 59))
	_, err := s.Append(t.Context(), capture.Batch{Traffic: []capture.Minute{
		calls(at(1, 0).Endpoint, 1, 100, 0, time.Second), calls(at(1, 0).Endpoint, 41, 7, 3, time.Second),
	}})
	check(t, err)
	d, err := b.Draft(t.Context(), "d-000001endp")
	check(t, err)
	if all := graver(d); !slices.Contains(all, "15m0s up to minute 42: 3 of 7") {
		t.Errorf("looked at %q, not at the quarter of an hour in which most failed", all)
	}
}

func TestRefusedCredentialThatWorkedBefore(t *testing.T) {
	refused := at(1, 1)
	refused.Exchange.Response.Status = 401
	b, s := bookAndStore(t, refused)
	good := proxy.Exchange{Start: noon, Request: proxy.Request{Header: proxy.Fields{{Name: "Authorization", Value: "<token:abcdef>"}}}, Response: &proxy.Response{Status: 200}}
	_, err := s.Append(t.Context(), capture.Batch{Good: []capture.Good{{Endpoint: refused.Endpoint, Exchange: good}}, Traffic: []capture.Minute{calls(refused.Endpoint, 0, 1, 0, 0)}})
	check(t, err)
	d, err := b.Draft(t.Context(), "d-000001endp")
	check(t, err)
	if got := d.Evidence.Figures.Credential; !got.Equal(noon) {
		t.Errorf("the credential worked last at %s, want %s", got, noon)
	}
}
