// Package background is for work beside the traffic: tasks that have an end, and
// threads that step back behind those of the traffic.
package background

import (
	"context"
	"time"
)

// Niceness is the nice value (setpriority(2)) of threads that step back: while the
// processor is full they get about a tenth of what a thread of the traffic gets, and
// all of it otherwise.
const Niceness = 10

// Task is work on a goroutine of its own.
type Task struct {
	cancel context.CancelFunc
	done   chan struct{}
}

// Start begins a Task, whose work returns soon after its context ends.
func Start(work func(ctx context.Context)) *Task {
	ctx, cancel := context.WithCancel(context.Background())
	t := &Task{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(t.done)
		work(ctx)
	}()
	return t
}

// Behind calls f on a thread that steps back (StepBack), and returns what it returns.
func Behind(f func() error) error {
	done := make(chan error, 1)
	go func() {
		StepBack()
		done <- f()
	}()
	return <-done
}

// Close ends the context of the work, and returns when the work is over. It may be
// called again, and for a nil Task, which has no work.
func (t *Task) Close() {
	if t == nil {
		return
	}
	t.cancel()
	<-t.done
}

// Rest waits for as long as d, and reports whether ctx goes on then.
func Rest(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
	return ctx.Err() == nil
}
