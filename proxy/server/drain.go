package server

import (
	"context"
	"time"
)

// drainLook is how often Drain looks whether connections are left.
const drainLook = 100 * time.Millisecond

// Drain takes no more connections from when it returns. The function that it returns
// has to be called: it returns when the connections that are there have been ended by
// their apps or vendors, or ctx ends. None is closed by us: that is left to Shutdown,
// which is due afterwards.
func (s *Server) Drain(ctx context.Context) (wait func()) {
	empty := make(chan struct{})
	s.draining.Store(&empty)
	if l := s.listener.Load(); l != nil {
		(*l).Close()
	}
	return func() {
		defer close(empty)
		s.door.open.Wait()
		tick := time.NewTicker(drainLook)
		defer tick.Stop()
		for s.links.count() > 0 {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}
}

// drained returns when all have ended, where Drain was called.
func (s *Server) drained() {
	if empty := s.draining.Load(); empty != nil {
		<-*empty
	}
}

func (s *links) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all)
}
