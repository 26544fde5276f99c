package door

import (
	"net/netip"
	"sync"
	"time"
)

const (
	// LimitTries wrong tokens within LimitWindow close the door to an address
	// until the window is over.
	LimitTries = 10
	// LimitWindow is how long it lasts.
	LimitWindow = time.Minute
	// limitPeers bounds the memory that strangers can make us use.
	limitPeers = 4096
)

// limiter slows the guessing of tokens.
type limiter struct {
	now   func() time.Time
	mu    sync.Mutex
	peers map[netip.Addr]tries
}

type tries struct {
	since time.Time
	count int
}

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, peers: map[netip.Addr]tries{}}
}

// closed reports whether the peer has tried too often.
func (l *limiter) closed(peer netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.peers[peer]
	return t.count >= LimitTries && l.now().Sub(t.since) < LimitWindow
}

// failed counts a wrong token.
func (l *limiter) failed(peer netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.forget(now)
	t, known := l.peers[peer]
	if !known {
		t.since = now
	}
	t.count++
	l.peers[peer] = t
}

// forgive takes back one that turned out to be right.
func (l *limiter) forgive(peer netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.peers[peer]; t.count > 0 {
		t.count--
		l.peers[peer] = t
	}
}

// forget drops windows that are over, and all of them when strangers are many.
func (l *limiter) forget(now time.Time) {
	for peer, t := range l.peers {
		if now.Sub(t.since) >= LimitWindow {
			delete(l.peers, peer)
		}
	}
	if len(l.peers) >= limitPeers {
		clear(l.peers)
	}
}
