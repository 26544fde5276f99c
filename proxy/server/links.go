package server

import (
	"context"
	"sync"
	"time"
)

// links are the tunnels that bytes pass through now.
type links struct {
	mu      sync.Mutex
	all     map[*link]struct{}
	closed  bool
	running sync.WaitGroup
}

func newLinks() *links { return &links{all: map[*link]struct{}{}} }

// start runs a link, unless the server is closing.
func (s *links) start(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		l.close()
		return
	}
	s.all[l] = struct{}{}
	s.running.Add(1)
	l.over = s.over
	l.start()
}

func (s *links) over(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, l)
	s.running.Done()
}

// sweep ends links on which nothing happens, until ctx ends: those whose vendor
// takes longer than answer, and those that are idle for longer than idle. Zero
// means never.
func (s *links) sweep(ctx context.Context, answer, idle time.Duration) {
	interval := sweepInterval(answer, idle)
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.sweepOnce(interval, answer, idle)
		}
	}
}

func sweepInterval(limits ...time.Duration) time.Duration {
	interval := time.Second
	for _, limit := range limits {
		if limit > 0 {
			interval = min(interval, max(limit/4, drainInterval))
		}
	}
	return interval
}

func (s *links) sweepOnce(interval, answer, idle time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for l := range s.all {
		silence := time.Duration(l.sweep()-1) * interval
		switch {
		case answer > 0 && silence >= answer && l.tap.Waiting():
			go l.expire()
		case idle > 0 && silence >= idle && l.rest():
			go l.close()
		}
	}
}

// quiet is how long nothing has passed a link, in sweeps.
type quiet struct {
	reads  int64
	sweeps int
}

// sweep looks whether anything has passed since the last sweep, and returns how
// many sweeps ago that was.
func (l *link) sweep() int {
	reads := l.reads.Load()
	if reads != l.quiet.reads {
		l.quiet = quiet{reads: reads}
	}
	l.quiet.sweeps++
	return l.quiet.sweeps
}

// drainInterval is how often links are asked whether they are idle.
const drainInterval = 10 * time.Millisecond

// shutdown closes links as soon as no exchange runs on them, and cuts off those that
// are left when ctx ends.
func (s *links) shutdown(ctx context.Context) error {
	tick := time.NewTicker(drainInterval)
	defer tick.Stop()
	for {
		if s.closeWhere((*link).rest, (*link).close) == 0 {
			s.running.Wait()
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.closeWhere(func(*link) bool { return true }, (*link).cut)
			s.running.Wait()
			return ctx.Err()
		}
	}
}

// closeWhere ends the links for which f holds, and returns how many there are
// otherwise.
func (s *links) closeWhere(f func(*link) bool, end func(*link)) (left int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for l := range s.all {
		if !f(l) {
			left++
			continue
		}
		// Closing waits for a peer to take TLS's goodbye.
		go end(l)
	}
	return left
}
