package record

import (
	"sync"
	"sync/atomic"
	"time"

	"flagrante/proxy"
)

const (
	// maxQueued bounds the number of exchanges that wait to be judged and stored.
	maxQueued = 16 << 10
	// hurry is the number of waiting exchanges at which the other side does not
	// linger any more.
	hurry = 1024
	// linger is how long the first exchange waits for others: too short for a person
	// to notice. To wake a goroutine for each one would cost more than the rest.
	linger = 50 * time.Millisecond
)

// QueueBytes bounds the memory of the exchanges that wait to be judged and stored.
const QueueBytes = 64 << 20

// inbox is where the traffic leaves its exchanges. Those that look like failures
// may fill it, others only to three quarters.
type inbox struct {
	mu      sync.Mutex
	waiting []*proxy.Exchange
	// held is about the memory of what waits and of what was taken and not released,
	// and owed the number of the latter.
	held int64
	owed int
	// closed is set while mu is held, and may be read without.
	closed atomic.Bool
	// wake tells of the first exchange, full of many, or of the end.
	wake, full chan struct{}
}

func newInbox() *inbox {
	return &inbox{wake: make(chan struct{}, 1), full: make(chan struct{}, 1)}
}

// put leaves an exchange, and reports whether there was room for it.
func (b *inbox) put(x *proxy.Exchange) bool {
	size := sizeOf(x)
	b.mu.Lock()
	defer b.mu.Unlock()
	count, bytes := maxQueued, int64(QueueBytes)
	if !looksFailing(x) {
		count, bytes = count*3/4, bytes*3/4
	}
	if b.closed.Load() || len(b.waiting) >= count || b.held+size > bytes {
		return false
	}
	b.waiting = append(b.waiting, x)
	b.held += size
	switch len(b.waiting) {
	case 1:
		signal(b.wake)
	case hurry:
		signal(b.full)
	}
	return true
}

// looksFailing is a guess that costs nothing.
func looksFailing(x *proxy.Exchange) bool { return x.Response == nil || x.Response.Status >= 400 }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// take returns what waits, in exchange for an empty slice.
func (b *inbox) take(empty []*proxy.Exchange) (lot []*proxy.Exchange) {
	b.mu.Lock()
	defer b.mu.Unlock()
	lot, b.waiting = b.waiting, empty
	b.owed += len(lot)
	return lot
}

// release gives the room of n exchanges back.
func (b *inbox) release(n int, size int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held -= size
	b.owed -= n
}

// count returns how many exchanges wait or were taken and not released.
func (b *inbox) count() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return int64(len(b.waiting) + b.owed)
}

func (b *inbox) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed.Store(true)
	signal(b.wake)
	signal(b.full)
}

// sizeOf is about what an exchange takes in memory.
func sizeOf(x *proxy.Exchange) int64 {
	size := 4096 + cap(x.Request.Body.Data)
	if x.Response != nil {
		size += cap(x.Response.Body.Data)
	}
	return int64(size)
}
