package delivery_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"flagrante/capture/delivery"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shelf is a journal in memory, and the end of the way.
type shelf struct {
	mu      sync.Mutex
	waiting []delivery.Delivery
	filled  chan struct{}
	// fails are the errors of the next calls of Deliver; lost has those calls come
	// through all the same, as when the reply is lost.
	fails    []error
	lost     bool
	arrived  []int64
	tries    chan int
	attempts int
}

func newShelf(n int64) *shelf {
	s := &shelf{filled: make(chan struct{}, 1), tries: make(chan int, 100)}
	for seq := range n {
		s.waiting = append(s.waiting, delivery.Delivery{Stream: "s", Seq: seq + 1})
	}
	return s
}

func (s *shelf) Next(context.Context) ([]delivery.Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waiting[:min(2, len(s.waiting))], nil
}

func (s *shelf) Sent(_ context.Context, sent []delivery.Delivery) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = s.waiting[len(sent):]
	return nil
}

func (s *shelf) Filled() <-chan struct{} { return s.filled }

func (s *shelf) Deliver(_ context.Context, all []delivery.Delivery) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts++
	s.tries <- s.attempts
	var err error
	if len(s.fails) > 0 {
		err, s.fails = s.fails[0], s.fails[1:]
	}
	if err == nil || s.lost {
		for _, d := range all {
			s.arrived = append(s.arrived, d.Seq)
		}
	}
	return err
}

func (s *shelf) add(seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, delivery.Delivery{Stream: "s", Seq: seq})
	s.filled <- struct{}{}
}

func (s *shelf) try(t *testing.T) {
	t.Helper()
	select {
	case <-s.tries:
	case <-time.After(10 * time.Second):
		t.Fatal("nothing is sent")
	}
}

func TestShipperSendsInOrderAndAgain(t *testing.T) {
	s := newShelf(3)
	s.fails, s.lost = []error{errors.New("the reply was lost")}, true
	shipper := delivery.Ship(s, s, zerolog.Nop())
	defer shipper.Close()
	for range 3 {
		s.try(t)
	}
	s.add(4)
	s.try(t)
	shipper.Close()
	if diff := cmp.Diff([]int64{1, 2, 1, 2, 3, 4}, s.arrived); diff != "" {
		t.Errorf("arrived (-want +got):\n%s", diff)
	}
	if len(s.waiting) != 0 || shipper.Sent() != 4 || shipper.Away() != nil {
		t.Errorf("%d wait, %d were sent, %v", len(s.waiting), shipper.Sent(), shipper.Away())
	}
}

func TestShipperSaysThatTheStoreIsAway(t *testing.T) {
	s := newShelf(1)
	gone := errors.New("gone")
	s.fails = []error{gone, gone, gone, gone, gone, gone, gone, gone, gone, gone}
	shipper := delivery.Ship(s, s, zerolog.Nop())
	s.try(t)
	s.try(t)
	shipper.Close()
	if err := shipper.Away(); !errors.Is(err, gone) {
		t.Errorf("away: %v", err)
	}
	if len(s.waiting) != 1 {
		t.Error("what was not sent is gone")
	}
}

func TestDrainSendsAll(t *testing.T) {
	s := newShelf(0)
	shipper := delivery.Ship(s, s, zerolog.Nop())
	shipper.Close()
	for seq := range int64(5) {
		s.waiting = append(s.waiting, delivery.Delivery{Seq: seq + 1})
	}
	if err := shipper.Drain(t.Context()); err != nil || len(s.waiting) != 0 {
		t.Errorf("%d are left, %v", len(s.waiting), err)
	}
	s.fails, s.waiting = []error{errors.New("gone")}, []delivery.Delivery{{Seq: 6}}
	if err := shipper.Drain(t.Context()); err == nil {
		t.Error("a drain that failed says nothing")
	}
}
