package store_test

import (
	"bytes"
	"database/sql"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
	"flagrante/proxy"
)

func add(t *testing.T, s *store.Store, b capture.Batch) {
	t.Helper()
	_, err := s.Append(t.Context(), b)
	check(t, err)
}

var alike = cmp.Options{cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.AddrPort{})}

func TestLargeBodiesAndCallsBefore(t *testing.T) {
	f := storetest.Failure("b", noon)
	f.Chain, f.Attempt, f.Exchange.Unread = "a", 2, "ambiguous framing"
	f.Exchange.Request.Body.Data = bytes.Repeat([]byte("pix "), 10_000)
	f.Before = []capture.Call{{Exchange: storetest.Failure("a", noon).Exchange, Failing: true, Links: []capture.Link{{From: "response.body/id", To: "request.url.path/2", ToID: "b"}}}}
	s := fresh(t)
	add(t, s, capture.Batch{Failures: []*capture.Failure{f}})
	got, err := s.Failure(t.Context(), "b")
	check(t, err)
	if diff := cmp.Diff(f, got, alike); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	attempts, err := s.Chain(t.Context(), "a")
	check(t, err)
	if len(attempts) != 1 || attempts[0].ID != "b" || attempts[0].Before != nil {
		t.Errorf("attempts %+v", attempts)
	}
}

func TestHealedFailuresLeaveTheirGroup(t *testing.T) {
	s := fresh(t)
	reason := capture.Reason{Key: "judge.healed", Args: map[string]string{"attempt": "2"}}
	add(t, s, capture.Batch{Failures: []*capture.Failure{storetest.Failure("a", noon), storetest.Failure("b", noon.Add(time.Minute))}})
	add(t, s, capture.Batch{
		Failures: []*capture.Failure{storetest.Failure("c", noon.Add(2*time.Minute))},
		Healed:   []capture.Healed{{FailureID: "a", Reason: reason}, {FailureID: "a", Reason: reason}, {FailureID: "c", Reason: reason}, {FailureID: "nobody", Reason: reason}},
	})
	g, err := s.Group(t.Context(), "v1-abcdefghij")
	check(t, err)
	if g.Count != 1 || g.FirstID != "b" || g.LastID != "b" || !g.FirstSeen.Equal(noon.Add(time.Minute)) || !g.LastSeen.Equal(g.FirstSeen) {
		t.Errorf("the group is %+v, want b alone", g)
	}
	f, err := s.Failure(t.Context(), "a")
	check(t, err)
	if diff := cmp.Diff(append(storetest.Failure("a", noon).Reasons, reason), f.Reasons); diff != "" || !f.Expected {
		t.Errorf("expected %v, reasons (-want +got):\n%s", f.Expected, diff)
	}
	add(t, s, capture.Batch{Healed: []capture.Healed{{FailureID: "b", Reason: reason}}})
	if _, err := s.Group(t.Context(), "v1-abcdefghij"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a group without failures: got %v, want ErrNotFound", err)
	}
}

func TestMinutesAddUp(t *testing.T) {
	s := fresh(t)
	minute := func(after time.Duration, endpoint string, calls int64, latency ...uint32) capture.Minute {
		return capture.Minute{Start: noon.Truncate(time.Minute).Add(after), Host: "h", Endpoint: endpoint, Calls: calls, Failures: 1, Latency: latency}
	}
	add(t, s, capture.Batch{Traffic: []capture.Minute{minute(0, "e", 2, 1, 1), minute(0, "f", 9, 9), minute(time.Hour, "e", 7)}})
	add(t, s, capture.Batch{Traffic: []capture.Minute{minute(0, "e", 300, 0, 299, 1)}})
	from, to := noon.Truncate(time.Minute), noon.Add(time.Hour).Truncate(time.Minute)
	want := minute(0, "e", 302, 1, 300, 1)
	want.Failures = 2
	for _, c := range []struct {
		of   store.Scope
		want []capture.Minute
	}{
		{store.Scope{Endpoint: "e"}, []capture.Minute{want}},
		{store.Scope{Host: "h"}, []capture.Minute{want, minute(0, "f", 9, 9)}},
		{store.Scope{Host: "other"}, nil},
	} {
		got, err := s.Minutes(t.Context(), c.of, from, to)
		check(t, err)
		if diff := cmp.Diff(c.want, got, alike); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c.of, diff)
		}
	}
}

func TestLastGoodIsTheNewest(t *testing.T) {
	s := fresh(t)
	older, newer := storetest.Failure("a", noon).Exchange, storetest.Failure("b", noon.Add(time.Second)).Exchange
	for _, x := range []proxy.Exchange{newer, older} {
		add(t, s, capture.Batch{Good: []capture.Good{{Endpoint: "e", Exchange: x}}})
	}
	got, err := s.LastGood(t.Context(), "e")
	check(t, err)
	if diff := cmp.Diff(&newer, got, alike); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, err := s.LastGood(t.Context(), "other"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

// The file was written by the last program that knew schema 1 alone.
func TestFilesOfSchema1(t *testing.T) {
	old, err := os.ReadFile("../../testdata/store/schema1.db")
	check(t, err)
	path := filepath.Join(t.TempDir(), "flagrante.db")
	check(t, os.WriteFile(path, old, 0o600))
	s := open(t, path)
	expected := storetest.Failure("c", noon.Add(2*time.Second))
	expected.Expected = true
	for _, want := range []*capture.Failure{storetest.Failure("a", noon), unanswered("b", noon.Add(time.Second)), expected} {
		got, err := s.Failure(t.Context(), want.ID)
		check(t, err)
		if diff := cmp.Diff(want, got, alike); diff != "" {
			t.Errorf("failure %s (-want +got):\n%s", want.ID, diff)
		}
	}
	add(t, s, capture.Batch{Failures: []*capture.Failure{storetest.Failure("d", noon)}})
	if g, err := s.Group(t.Context(), "v1-abcdefghij"); err != nil || g.Count != 2 {
		t.Errorf("the group is %+v, %v; want 2 failures", g, err)
	}
}

func TestHalfABatchIsNotKept(t *testing.T) {
	s := fresh(t)
	add(t, s, capture.Batch{Failures: []*capture.Failure{storetest.Failure("a", noon)}})
	check(t, s.Update(t.Context(), func(tx *sql.Tx) error { _, err := tx.Exec(`DROP TABLE minutes`); return err }))
	_, err := s.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{storetest.Failure("b", noon)}, Traffic: []capture.Minute{{Start: noon, Endpoint: "e"}}})
	if err == nil {
		t.Fatal("no error without the table of minutes")
	}
	if _, err := s.Failure(t.Context(), "b"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("half a batch was kept: %v", err)
	}
}
