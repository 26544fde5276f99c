package server

import (
	"sync"
	"testing"
)

// A tunnel may begin to be set up while a shutdown waits; the race detector
// would see a counter that is not made for that.
func TestSetUpsWhileSomebodyWaits(t *testing.T) {
	l := newTunnelListener()
	var done sync.WaitGroup
	ran := make(chan struct{}, 100)
	for range cap(ran) {
		done.Go(func() { l.setUp(func() { ran <- struct{}{} }) })
		done.Go(l.wait)
	}
	done.Wait()
	l.wait()
	if len(ran) != cap(ran) {
		t.Errorf("%d of %d tunnels were set up", len(ran), cap(ran))
	}
}
