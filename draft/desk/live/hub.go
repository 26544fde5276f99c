// Package live tells open pages what changed. A hub numbers its events and keeps
// the last of them, so that a reader who says up to which one it knows all gets
// the rest, without a gap; a reader who is too slow, or comes from before the last
// that are kept, is told to read everything anew.
package live

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"sync"
)

const (
	// kept is how many events can be asked for again.
	kept = 1024
	// waiting is how many events wait for a slow reader.
	waiting = 64
	// readers is how many may listen at the same time.
	readers = 256
)

// ErrFull is returned when too many listen already, ErrClosed after Close.
var (
	ErrFull   = errors.New("too many readers of the events")
	ErrClosed = errors.New("the events have ended")
)

// Event is something that happened. ID is opaque; Data is JSON.
type Event struct {
	ID   string
	Name string
	Data []byte
}

// Hub passes events on. It is safe for use by many goroutines. It never waits for
// a reader.
type Hub struct {
	// run tells this hub from that of an earlier process.
	run string

	mu     sync.Mutex
	last   uint64
	events []Event
	subs   map[*Subscription]bool
	closed bool
}

// NewHub returns a Hub; run is a name that no earlier hub had, without "-".
func NewHub(run string) *Hub { return &Hub{run: run, subs: map[*Subscription]bool{}} }

// Subscription is one reader.
type Subscription struct {
	// C gives the events. It is closed when the reader was too slow, or the hub ends.
	C   <-chan Event
	c   chan Event
	hub *Hub
}

// Last returns the ID of the latest event: whoever reads the state of things after
// asking knows all up to it.
func (h *Hub) Last() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.id(h.last)
}

func (h *Hub) id(n uint64) string { return h.run + "-" + strconv.FormatUint(n, 10) }

// Publish adds an event. What cannot be JSON is a mistake of the caller, and is
// passed on as null.
func (h *Hub) Publish(name string, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		data = []byte("null")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.last++
	e := Event{ID: h.id(h.last), Name: name, Data: data}
	if h.events = append(h.events, e); len(h.events) >= 2*kept {
		h.events = append([]Event(nil), h.events[len(h.events)-kept:]...)
	}
	for s := range h.subs {
		select {
		case s.c <- e:
		default:
			h.drop(s)
		}
	}
}

// drop ends a subscription; the lock is held.
func (h *Hub) drop(s *Subscription) {
	if h.subs[s] {
		delete(h.subs, s)
		close(s.c)
	}
}

// Subscribe begins to listen. Missed are the events after the one that the reader
// knows; whole is false when they are not all kept, so that it has to read
// everything anew. An empty ID asks for what comes from now on.
func (h *Hub) Subscribe(after string) (s *Subscription, missed []Event, whole bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return nil, nil, false, ErrClosed
	case len(h.subs) >= readers:
		return nil, nil, false, ErrFull
	}
	c := make(chan Event, waiting)
	s = &Subscription{C: c, c: c, hub: h}
	h.subs[s] = true
	missed, whole = h.since(after)
	return s, missed, whole, nil
}

// since returns the events after an ID.
func (h *Hub) since(after string) ([]Event, bool) {
	if after == "" {
		return nil, true
	}
	run, number, _ := strings.Cut(after, "-")
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil || run != h.run || n > h.last || h.last-n > uint64(len(h.events)) {
		return nil, false
	}
	return append([]Event(nil), h.events[len(h.events)-int(h.last-n):]...), true
}

// Close ends the subscription.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	s.hub.drop(s)
}

// Close ends all subscriptions, and lets no new ones begin.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for s := range h.subs {
		h.drop(s)
	}
}
