package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"flagrante/capture/delivery"
	"flagrante/capture/store"
)

// A process that ends has its own stored, and leaves others' to others: there may be
// many, and somebody waits for its end.
func TestWhoEndsStoresOnlyItsOwn(t *testing.T) {
	s := fresh(t)
	w := delivery.Work(s, asTheyAre, func(delivery.Taken) {}, zerolog.Nop())
	w.Close()
	check(t, s.Deliver(t.Context(), packed(t, "a", caught("a", 3))))
	check(t, s.Deliver(t.Context(), packed(t, "own", caught("b", 2))))
	check(t, s.Deliver(t.Context(), packed(t, "z", caught("c", 4))))
	w.Settle(t.Context(), "own")
	waiting, err := s.Delivered(t.Context())
	check(t, err)
	if diff := cmp.Diff(store.Delivered{Waiting: 7}, waiting); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if ids := listed(t, s, "", 10); len(ids) != 2 {
		t.Errorf("stored are %v", ids)
	}
}
