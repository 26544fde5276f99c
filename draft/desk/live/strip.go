package live

import (
	"sync"
	"time"
)

// stripSize is how many of the last calls are remembered.
const stripSize = 512

// Call is what the strip shows of a call: nothing that it or its answer held.
type Call struct {
	At time.Time `json:"at"`
	// Host is that of the address that was called.
	Host   string `json:"host"`
	Method string `json:"method"`
	// Status is 0 without an answer.
	Status int   `json:"status"`
	Millis int64 `json:"ms"`
	// Encrypted says that it came over TLS, which its app let us end.
	Encrypted bool `json:"encrypted,omitempty"`
}

// Strip remembers the last calls that passed. It is safe for use by many
// goroutines; Add costs a lock and a copy, for it runs where the traffic does.
type Strip struct {
	mu    sync.Mutex
	calls [stripSize]Call
	total uint64
}

// Add remembers a call.
func (s *Strip) Add(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[s.total%stripSize] = c
	s.total++
}

// Since returns the calls after the first n of all, oldest first, at most the
// given number of the latest, and how many there were in all.
func (s *Strip) Since(n uint64, most int) (calls []Call, total uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n > s.total {
		n = 0
	}
	count := min(s.total-n, uint64(min(most, stripSize)))
	for i := s.total - count; i < s.total; i++ {
		calls = append(calls, s.calls[i%stripSize])
	}
	return calls, s.total
}
