package store_test

import (
	"slices"
	"strings"
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

// TestACopiedMachineThatRunsOnLosesNothing has two machines send with the numbers of one stream: a
// machine was copied while its proxy ran. What each caught since counts once, however often it comes.
func TestACopiedMachineThatRunsOnLosesNothing(t *testing.T) {
	together, first, second := caught("a", 3), caught("b", 4), caught("c", 4)
	one, two := packed(t, "a", slices.Concat(together, first)), packed(t, "a", slices.Concat(together, second))
	for name, order := range map[string][][]delivery.Delivery{
		"the first is ahead":      {one[:3], one[3:], two, one},
		"in turns":                {one[:3], one[3:5], two[3:4], two[3:4], one[4:], two[4:], two},
		"the second was faster":   {two[:6], one, two[5:]},
		"both before it is taken": {one[:3], nil, one[3:6], two[3:6], nil, one[6:], two[6:]},
	} {
		s := fresh(t)
		var sum delivery.Taken
		for i, some := range order {
			check(t, s.Deliver(t.Context(), some))
			// On files nothing stands beside another delivery of its number.
			if name != "both before it is taken" || !s.Central() || some == nil || i == len(order)-1 {
				more := takeAll(t, s)
				sum.Stored, sum.Refused, sum.Twins = sum.Stored+more.Stored, sum.Refused+more.Refused, sum.Twins+more.Twins
			}
		}
		if sum.Stored != 11 || sum.Refused != 0 || sum.Twins == 0 || sum.Twins > 8 {
			t.Errorf("%s: %+v", name, sum)
		}
		same(t, direct(t, together, first, second), s)
		if s.Central() {
			if twins := number(t, s, `SELECT twins FROM streams`); twins != int64(sum.Twins) {
				t.Errorf("%s: %d are noted of %d", name, twins, sum.Twins)
			}
		}
	}
}

// TestWhatMayBeOfACopiedMachineIsPutAside has one of the two lag behind what is remembered.
func TestWhatMayBeOfACopiedMachineIsPutAside(t *testing.T) {
	s := fresh(t)
	all, others := packed(t, "a", caught("a", 80)), packed(t, "a", caught("b", 80))
	check(t, s.Deliver(t.Context(), all))
	takeAll(t, s)
	check(t, s.Deliver(t.Context(), all[:3]))
	check(t, s.Deliver(t.Context(), others[79:]))
	if sum := takeAll(t, s); sum.Stored != 1 || sum.Refused != 0 || sum.Twins != 1 {
		t.Errorf("once more, and the first of the copy: %+v", sum)
	}
	check(t, s.Deliver(t.Context(), others[:2]))
	if sum := takeAll(t, s); sum.Stored != 0 || sum.Refused != 2 {
		t.Errorf("older than what is remembered: %+v", sum)
	}
	refused, err := s.Refused(t.Context(), 10)
	check(t, err)
	if len(refused) != 2 || !strings.Contains(refused[0].Reason, "two machines") {
		t.Errorf("%+v", refused)
	}
}
