package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

func TestTimeline(t *testing.T) {
	s := fresh(t)
	var all []*capture.Failure
	for i, after := range []time.Duration{0, 59 * time.Second, time.Minute, 3 * time.Minute, time.Hour} {
		all = append(all, storetest.Failure(fmt.Sprint(i), noon.Add(after)))
	}
	expected, other := storetest.Failure("expected", noon), storetest.Failure("other", noon)
	expected.Expected, other.Fingerprint = true, "v1-other"
	add(t, s, capture.Batch{Failures: append(all, expected, other)})
	start := noon.Truncate(time.Minute)
	for _, c := range []struct {
		step time.Duration
		want []store.Count
	}{
		{time.Minute, []store.Count{{Start: start, Failures: 2}, {Start: start.Add(time.Minute), Failures: 1}, {Start: start.Add(3 * time.Minute), Failures: 1}}},
		{time.Hour, []store.Count{{Start: start, Failures: 4}}},
	} {
		got, err := s.Timeline(t.Context(), all[0].Fingerprint, start, start.Add(59*time.Minute), c.step)
		check(t, err)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("steps of %v (-want +got):\n%s", c.step, diff)
		}
	}
	if _, err := s.Timeline(t.Context(), "f", start, noon, 0); err == nil {
		t.Error("steps of nothing were counted")
	}
}
