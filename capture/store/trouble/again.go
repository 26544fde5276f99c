package trouble

import (
	"context"
	"time"
)

const (
	// firstPause is how long is waited before the file is tried again, twice as long
	// each time up to maxPause.
	firstPause = 50 * time.Millisecond
	maxPause   = time.Second
)

// Again says when to try again.
type Again struct {
	pause    time.Duration
	deadline bool
}

// NewAgain returns an Again for the time that ctx has; without a deadline nothing is tried
// again.
func NewAgain(ctx context.Context) *Again {
	_, ok := ctx.Deadline()
	return &Again{firstPause, ok}
}

// Wait waits before the next try, and reports whether there is one: not where the last one
// failed for none of the causes.
func (a *Again) Wait(ctx context.Context, cause string) bool {
	if !a.deadline || cause == "" {
		return false
	}
	timer := time.NewTimer(a.pause)
	defer timer.Stop()
	a.pause = min(2*a.pause, maxPause)
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
