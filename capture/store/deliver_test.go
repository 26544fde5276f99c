package store_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

func asTheyAre(*capture.Batch) {}

// caught is what a proxy caught, in batches that depend on each other.
func caught(proxy string, n int) (all []capture.Batch) {
	for i := range n {
		f := storetest.Failure(fmt.Sprintf("%s%03d", proxy, i), noon.Add(time.Duration(i)*time.Second))
		b := capture.Batch{
			Failures: []*capture.Failure{f},
			Traffic:  []capture.Minute{{Start: noon.Truncate(time.Minute), Host: f.Host, Endpoint: f.Endpoint, Calls: 3, Failures: 1, LastGood: f.Time, Latency: []uint32{1, 2}}},
			Good:     []capture.Good{{Endpoint: f.Endpoint, Exchange: storetest.Failure(fmt.Sprintf("g%03d", i), f.Time).Exchange}},
			Counted:  []capture.Counted{{ID: f.ID, Time: f.Time}},
		}
		if i%3 == 2 {
			b.Healed = []capture.Healed{{FailureID: fmt.Sprintf("%s%03d", proxy, i-1), Reason: capture.Reason{Key: "retry.healed"}}}
		}
		all = append(all, b)
	}
	return all
}

// packed are deliveries of batches, one a batch.
func packed(t *testing.T, stream string, all []capture.Batch) (out []delivery.Delivery) {
	t.Helper()
	packer, err := delivery.NewPacker()
	check(t, err)
	for i, b := range all {
		parts, err := packer.Pack(b)
		check(t, err)
		out = append(out, delivery.Delivery{
			Origin: delivery.Origin{ID: "o-" + stream, Machine: "m-" + stream, App: "app"}, Stream: stream, Seq: int64(i + 1), Format: delivery.Format,
			Failures: parts[0].Failures, Data: parts[0].Data,
		})
	}
	return out
}

// takeAll takes until nothing is left.
func takeAll(t *testing.T, s *store.Store) (sum delivery.Taken) {
	t.Helper()
	for {
		taken, err := s.Take(t.Context(), "", asTheyAre)
		check(t, err)
		if taken.Deliveries == 0 {
			return sum
		}
		sum.Stored, sum.Deliveries, sum.Refused, sum.Twins = sum.Stored+taken.Stored, sum.Deliveries+taken.Deliveries, sum.Refused+taken.Refused, sum.Twins+taken.Twins
	}
}

// holds is all that counts in a store.
type holds struct {
	Failures []capture.Failure
	Groups   []capture.Group
	Minutes  []capture.Minute
}

func content(t *testing.T, s *store.Store) (h holds) {
	t.Helper()
	var err error
	h.Failures, _, err = s.Failures(t.Context(), store.Page{Limit: 1000})
	check(t, err)
	h.Groups, _, err = s.Groups(t.Context(), store.Page{Limit: 1000})
	check(t, err)
	h.Minutes, err = s.Minutes(t.Context(), store.Scope{Host: "api.bank.example:8443"}, noon.Add(-time.Hour), noon.Add(time.Hour))
	check(t, err)
	for i := range h.Failures {
		h.Failures[i].Origin.ID = ""
	}
	return h
}

func same(t *testing.T, want, got *store.Store) {
	t.Helper()
	if diff := cmp.Diff(content(t, want), content(t, got), cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.AddrPort{})); diff != "" {
		t.Errorf("it is not as if it had been stored directly (-direct +delivered):\n%s", diff)
	}
}

func direct(t *testing.T, batches ...[]capture.Batch) *store.Store {
	t.Helper()
	s := fresh(t)
	for _, b := range slices.Concat(batches...) {
		_, err := s.Append(t.Context(), b)
		check(t, err)
	}
	return s
}

func TestDeliveriesAreStoredOnceHoweverOftenTheyCome(t *testing.T) {
	batches := caught("a", 9)
	s, all := fresh(t), packed(t, "one", batches)
	check(t, s.Deliver(t.Context(), all[:5]))
	check(t, s.Deliver(t.Context(), all[2:7]))
	takeAll(t, s)
	check(t, s.Deliver(t.Context(), all))
	check(t, s.Deliver(t.Context(), all[:3]))
	if sum := takeAll(t, s); sum.Stored != 2 {
		t.Errorf("%d are stored of the last two", sum.Stored)
	}
	same(t, direct(t, batches), s)
	waiting, err := s.Delivered(t.Context())
	check(t, err)
	if diff := cmp.Diff(store.Delivered{}, waiting); diff != "" {
		t.Errorf("at the end (-want +got):\n%s", diff)
	}
}

func TestManyWorkersStoreEachDeliveryOnce(t *testing.T) {
	path := storetest.Place(t, "")
	stores := []*store.Store{open(t, path), open(t, path)}
	var batches [][]capture.Batch
	for _, stream := range []string{"a", "b", "c"} {
		batches = append(batches, caught(stream, 20))
		check(t, stores[0].Deliver(t.Context(), packed(t, stream, batches[len(batches)-1])))
	}
	var workers sync.WaitGroup
	for i := range 4 {
		workers.Go(func() { takeAll(t, stores[i%2]) })
	}
	workers.Wait()
	same(t, direct(t, batches...), stores[0])
}

func TestDamagedDeliveriesArePutAside(t *testing.T) {
	batches := caught("a", 3)
	s, all := fresh(t), packed(t, "one", batches)
	all[1].Data = []byte("noise")
	check(t, s.Deliver(t.Context(), all))
	if sum := takeAll(t, s); sum.Refused != 1 || sum.Stored != 2 {
		t.Errorf("taken: %+v", sum)
	}
	told, err := s.Delivered(t.Context())
	check(t, err)
	if diff := cmp.Diff(store.Delivered{Refused: 1}, told); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatCanNotBeStoredStopsNothingElse(t *testing.T) {
	s := fresh(t)
	allow := `DROP TRIGGER bad`
	refuse := `CREATE TRIGGER bad BEFORE INSERT ON failures WHEN new.id = 'a002' BEGIN SELECT RAISE(ABORT, 'not this one'); END`
	if s.Central() {
		allow = `ALTER TABLE failures DROP CONSTRAINT bad`
		refuse = `ALTER TABLE failures ADD CONSTRAINT bad CHECK (id <> 'a002')`
	}
	check(t, store.OnWriter(t.Context(), s, refuse))
	batches := caught("a", 7)
	check(t, s.Deliver(t.Context(), packed(t, "one", batches)))
	if sum := takeAll(t, s); sum.Refused != 1 || sum.Stored != 6 {
		t.Errorf("taken: %+v", sum)
	}
	same(t, direct(t, append(slices.Clone(batches[:2]), batches[3:]...)), s)

	refused, err := s.Refused(t.Context(), 10)
	check(t, err)
	if len(refused) != 1 || !strings.Contains(refused[0].Reason, "bad") && !strings.Contains(refused[0].Reason, "not this one") || refused[0].Bytes == 0 {
		t.Fatalf("refused: %+v", refused)
	}
	refused[0].Reason, refused[0].Bytes = "", 0
	if diff := cmp.Diff(store.Refused{Origin: delivery.Origin{ID: "o-one", Machine: "m-one", App: "app"}, Stream: "one", Seq: 3}, refused[0]); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	// Tried too early it is refused again; once the cause is gone it is as if nothing had been.
	for _, still := range []int64{1, 0} {
		if still == 0 {
			check(t, store.OnWriter(t.Context(), s, allow))
		}
		n, err := s.Retry(t.Context(), fmt.Sprintf("again-%d", still))
		check(t, err)
		takeAll(t, s)
		told, err := s.Delivered(t.Context())
		check(t, err)
		if diff := cmp.Diff(store.Delivered{Refused: still}, told); diff != "" || n != 1 {
			t.Errorf("%d tried again (-want +got):\n%s", n, diff)
		}
	}
	same(t, direct(t, batches), s)
}

func TestDeliveriesOfANewerProgramWait(t *testing.T) {
	s, newer, others := fresh(t), packed(t, "newer", caught("n", 3)), packed(t, "other", caught("o", 2))
	newer[1].Format++
	check(t, s.Deliver(t.Context(), newer))
	check(t, s.Deliver(t.Context(), others))
	if sum := takeAll(t, s); sum.Stored != 3 {
		t.Errorf("taken: %+v", sum)
	}
	waiting, err := s.Delivered(t.Context())
	check(t, err)
	if diff := cmp.Diff(store.Delivered{Waiting: 2}, waiting); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatIsDeliveredCanBeChangedBefore(t *testing.T) {
	s := fresh(t)
	check(t, s.Deliver(t.Context(), packed(t, "one", caught("a", 1))))
	_, err := s.Take(t.Context(), "", func(b *capture.Batch) { b.Failures[0].Vendor.Message = "masked" })
	check(t, err)
	f, err := s.Failure(t.Context(), "a000")
	check(t, err)
	if f.Vendor.Message != "masked" {
		t.Errorf("message %q", f.Vendor.Message)
	}
}

func TestADeliveryThatMaskingStumblesOverStopsNothing(t *testing.T) {
	s, batches := fresh(t), caught("a", 4)
	check(t, s.Deliver(t.Context(), packed(t, "one", batches)))
	sum := delivery.Taken{}
	for {
		taken, err := s.Take(t.Context(), "", func(b *capture.Batch) {
			for _, f := range b.Failures {
				if f.ID == "a001" {
					panic("what is this?")
				}
			}
		})
		check(t, err)
		if taken.Deliveries == 0 {
			break
		}
		sum.Stored, sum.Refused = sum.Stored+taken.Stored, sum.Refused+taken.Refused
	}
	if diff := cmp.Diff(delivery.Taken{Stored: 3, Refused: 1}, sum); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
