package lifecycle_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft/lifecycle"
)

// at returns a failure of one of the endpoints of a host, some minutes after noon.
func at(endpoint, minute int) *capture.Failure {
	f := failure(minute, fmt.Sprintf("v2-%06dendpoint", endpoint))
	f.ID = fmt.Sprintf("f-%d-%d", endpoint, minute)
	f.Exchange.ID = f.ID
	f.Endpoint = fmt.Sprintf("GET api.bank.example/v1/e%d", endpoint)
	return f
}

func list(t *testing.T, b *lifecycle.Book) map[string]int64 {
	t.Helper()
	drafts, _, err := b.List(t.Context(), "", 100)
	check(t, err)
	counts := map[string]int64{}
	for _, d := range drafts {
		counts[d.Evidence.Group.Endpoint] = d.Evidence.Group.Count
	}
	return counts
}

func TestHostThatFailsAsAWholeIsOneDraft(t *testing.T) {
	failures := []*capture.Failure{at(1, 0), at(2, 0), at(3, 1), at(3, 2), at(9, 400)}
	for range 2 {
		slices.Reverse(failures)
		b := book(t, failures...)
		check(t, b.RollUp(t.Context(), time.Time{}))
		check(t, b.RollUp(t.Context(), time.Time{}))
		want := map[string]int64{"api.bank.example/*": 4, "GET api.bank.example/v1/e9": 1}
		if diff := cmp.Diff(want, list(t, b)); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		d, err := b.Draft(t.Context(), lifecycle.ID("v2-000002endpoint"))
		check(t, err)
		g := d.Evidence.Group
		members := []capture.Member{
			{Fingerprint: "v2-000003endpoint", Endpoint: "GET api.bank.example/v1/e3", Count: 2},
			{Fingerprint: "v2-000001endpoint", Endpoint: "GET api.bank.example/v1/e1", Count: 1},
			{Fingerprint: "v2-000002endpoint", Endpoint: "GET api.bank.example/v1/e2", Count: 1},
		}
		if diff := cmp.Diff(members, g.Members); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if g.FirstID != "f-1-0" || g.LastID != "f-3-2" || !g.FirstSeen.Equal(noon) || g.Status != 503 || len(d.Evidence.RequestIDs) == 0 {
			t.Errorf("the group is %+v", g)
		}
	}
}

func TestFailuresNameTheDraftTheyCountIn(t *testing.T) {
	b, s := bookAndStore(t, at(1, 0), at(2, 0), at(3, 0))
	check(t, b.RollUp(t.Context(), time.Time{}))
	f, err := s.Failure(t.Context(), "f-2-0")
	check(t, err)
	d, err := b.Draft(t.Context(), lifecycle.DraftID(f))
	check(t, err)
	if d.ID != lifecycle.DraftID(f) || d.Evidence.Group.Count != 3 {
		t.Errorf("failure %s names draft %s, which opens %s with %d failures", f.ID, lifecycle.DraftID(f), d.ID, d.Evidence.Group.Count)
	}
}

func TestSuccessesKeepEndpointsApart(t *testing.T) {
	b, s := bookAndStore(t, at(1, 0), at(2, 0), at(3, 0))
	_, err := s.Append(t.Context(), capture.Batch{Traffic: []capture.Minute{{Start: noon, Host: "api.bank.example", Endpoint: "GET api.bank.example/v1/ok", Calls: 5}}})
	check(t, err)
	check(t, b.RollUp(t.Context(), time.Time{}))
	if got := list(t, b); len(got) != 3 {
		t.Errorf("got %v, want three endpoints", got)
	}
}

func TestHealedFailuresAreNoIncident(t *testing.T) {
	b, s := bookAndStore(t, at(1, 0), at(2, 0), at(3, 0))
	_, err := s.Append(t.Context(), capture.Batch{Healed: []capture.Healed{{FailureID: "f-3-0"}}})
	check(t, err)
	check(t, b.RollUp(t.Context(), time.Time{}))
	want := map[string]int64{"GET api.bank.example/v1/e1": 1, "GET api.bank.example/v1/e2": 1}
	if diff := cmp.Diff(want, list(t, b)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhatWasSentKeepsItsDraft(t *testing.T) {
	b, s := bookAndStore(t, at(1, 0), at(2, 0), at(3, 0), at(4, 0))
	r := receipt("r1")
	r.DraftID = lifecycle.ID("v2-000004endpoint")
	check(t, begin(t, s, r))
	check(t, b.RollUp(t.Context(), time.Time{}))
	want := map[string]int64{"api.bank.example/*": 3, "GET api.bank.example/v1/e4": 1}
	if diff := cmp.Diff(want, list(t, b)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
