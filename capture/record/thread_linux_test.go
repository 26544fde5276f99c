package record_test

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture"
	"flagrante/capture/background"
	"flagrante/capture/record"
)

// The system call answers with 20 less the nice value.
const zero = 20

// threads writes down the priority of the thread on which each batch is stored.
type threads struct {
	first, ending chan struct{}
	priorities    []int
	failures      int
}

func (s *threads) Append(_ context.Context, b capture.Batch) (int, error) {
	if len(s.priorities) == 0 {
		close(s.first)
		<-s.ending
	}
	priority, err := syscall.Getpriority(syscall.PRIO_PROCESS, syscall.Gettid())
	s.priorities = append(s.priorities, priority)
	s.failures += len(b.Failures)
	return len(b.Failures), err
}

// TestWhatIsLeftAtTheEndStepsBackNoMore ends a Recorder while it stores a batch, with more
// behind it.
func TestWhatIsLeftAtTheEndStepsBackNoMore(t *testing.T) {
	own, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := &threads{first: make(chan struct{}), ending: make(chan struct{})}
	r := record.Start(pipeline(), s, zerolog.Nop())
	const calls = 2000
	for i := range calls {
		r.Observe(exchange(fmt.Sprint(i), 503))
	}
	<-s.first
	ended, end := context.WithCancel(t.Context())
	end()
	if err := r.Close(ended); err == nil {
		t.Error("it has ended before the first batch was stored")
	}
	close(s.ending)
	patient, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := r.Close(patient); err != nil {
		t.Fatal(err)
	}
	if got := r.Counts(); s.failures != calls || got.Stored != calls {
		t.Errorf("%d of %d failures were stored: %+v", s.failures, calls, got)
	}
	if behind := min(own, zero-background.Niceness); s.priorities[0] != behind {
		t.Errorf("the first batch was stored with priority %d, not with %d", s.priorities[0], behind)
	}
	for _, priority := range s.priorities[1:] {
		if priority != own {
			t.Errorf("a batch at the end was stored with priority %d, not with %d", priority, own)
		}
	}
}
