package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/capture/store"
)

// A folder that was restored numbers from where it was, under another stream.
func TestStreamsDoNotDependOnEachOther(t *testing.T) {
	a, b := caught("a", 4), caught("b", 6)
	s := fresh(t)
	check(t, s.Deliver(t.Context(), packed(t, "old", a)))
	takeAll(t, s)
	check(t, s.Deliver(t.Context(), packed(t, "new", b)))
	takeAll(t, s)
	same(t, direct(t, a, b), s)
	f, err := s.Failure(t.Context(), "b001")
	check(t, err)
	if f.Origin.ID != "o-new" || f.Origin.Country != "BR" {
		t.Errorf("origin %+v", f.Origin)
	}
}

// The first delivery of a stream is not stored, and what is behind it is.
func TestAStreamMayBeginWithWhatCanNotBeStored(t *testing.T) {
	s, batches := fresh(t), caught("a", 3)
	check(t, s.Deliver(t.Context(), packed(t, "one", batches)))
	sum := delivery.Taken{}
	for more := true; more; {
		taken, err := s.Take(t.Context(), "", func(b *capture.Batch) {
			if b.Failures[0].ID == "a000" {
				panic("what is this?")
			}
		})
		check(t, err)
		more = taken.Deliveries > 0
		sum.Stored, sum.Refused = sum.Stored+taken.Stored, sum.Refused+taken.Refused
	}
	if diff := cmp.Diff(delivery.Taken{Stored: 2, Refused: 1}, sum); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An error of the store says nothing of what is stored: it stays, and others go on.
func TestAStreamThatCanNotBeStoredNowWaits(t *testing.T) {
	s := freshFile(t)
	check(t, s.Deliver(t.Context(), packed(t, "first", caught("a", 2))))
	check(t, store.OnWriter(t.Context(), s, `ALTER TABLE good RENAME TO elsewhere`))
	if _, err := s.Take(t.Context(), "", asTheyAre); err == nil {
		t.Fatal("stored without a table")
	}
	check(t, s.Deliver(t.Context(), packed(t, "second", []capture.Batch{{Failures: caught("b", 1)[0].Failures}})))
	if taken, err := s.Take(t.Context(), "", asTheyAre); err != nil || taken.Stored != 1 {
		t.Errorf("the other stream: %+v, %v", taken, err)
	}
	check(t, store.OnWriter(t.Context(), s, `ALTER TABLE elsewhere RENAME TO good`))
	if sum := takeAll(t, s); sum.Stored != 2 || sum.Refused != 0 {
		t.Errorf("afterwards: %+v", sum)
	}
}
