package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/delivery"
	"flagrante/capture/store"
)

func TestOriginsNameTheKeyOfTheirMasks(t *testing.T) {
	s := fresh(t)
	deliver := func(stream, masks string) {
		all := packed(t, stream, caught(stream, 1))
		for i := range all {
			all[i].Origin.ID, all[i].Origin.Masks = "o-a", masks
		}
		check(t, s.Deliver(t.Context(), all))
	}
	deliver("one", "key-1")
	taken, err := s.Take(t.Context(), "", asTheyAre)
	check(t, err)
	want := delivery.Origin{ID: "o-a", Machine: "m-one", App: "app", Masks: "key-1"}
	if diff := cmp.Diff(want, taken.Origin); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
	deliver("two", "key-2")
	takeAll(t, s)
	want.Masks = "key-2"
	known, err := s.OriginsSince(t.Context(), noon)
	check(t, err)
	if diff := cmp.Diff([]delivery.Origin{want}, known); diff != "" {
		t.Errorf("known (-want +got):\n%s", diff)
	}
	if known, err = s.OriginsSince(t.Context(), noon.Add(time.Hour)); err != nil || len(known) != 0 {
		t.Errorf("since an hour later: %v, %v", known, err)
	}
}

// shares are the counts of a group by origin and country, without the times.
func shares(t *testing.T, s *store.Store) (all []string) {
	t.Helper()
	g, err := s.Group(t.Context(), "v1-abcdefghijklmnop")
	check(t, err)
	for _, o := range g.Origins {
		all = append(all, fmt.Sprintf("%s %s %s %s %d %s-%s", o.ID, o.Machine, o.App, o.Country, o.Count, o.FirstSeen.Format("05"), o.LastSeen.Format("05")))
	}
	return all
}

func TestGroupsAreToldApartByOrigin(t *testing.T) {
	s, a, b := fresh(t), caught("a", 7), caught("b", 2)
	b[1].Failures[0].Origin.Country = "AR"
	check(t, s.Deliver(t.Context(), packed(t, "one", a)))
	check(t, s.Deliver(t.Context(), packed(t, "two", b)))
	takeAll(t, s)
	// Of each three one was made good by a retry.
	want := []string{"o-one m-one app BR 5 00-06", "o-two m-two app AR 1 01-01", "o-two m-two app BR 1 00-00"}
	if diff := cmp.Diff(want, shares(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	check(t, s.Regroup(t.Context()))
	if diff := cmp.Diff(want, shares(t, s)); diff != "" {
		t.Errorf("grouped anew (-want +got):\n%s", diff)
	}
	_, err := s.Erase(t.Context(), []string{"a000", "a006", "b000", "a001"})
	check(t, err)
	want = []string{"o-one m-one app BR 3 02-05", "o-two m-two app AR 1 01-01"}
	if diff := cmp.Diff(want, shares(t, s)); diff != "" {
		t.Errorf("after erasing (-want +got):\n%s", diff)
	}
}

func TestAFoldersOwnStoreHasNoOrigins(t *testing.T) {
	if got := shares(t, direct(t, caught("a", 3))); got != nil {
		t.Errorf("origins %v", got)
	}
}
