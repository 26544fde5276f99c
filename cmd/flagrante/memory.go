package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"flagrante/capture/record"
)

// memoryEvery is how often the limit of memory is looked at.
const memoryEvery = time.Second

// ceiling keeps memory within one and a half times what the queue of exchanges may hold:
// without a limit, garbage would be collected when as much again is in use, and a queue
// that is full because nothing can be stored would take twice its size.
type ceiling struct {
	stop context.CancelFunc
	done chan struct{}
}

// startCeiling begins to set the limit. What a user has set holds.
func startCeiling(env func(string) (string, bool)) *ceiling {
	ctx, stop := context.WithCancel(context.Background())
	c := &ceiling{stop: stop, done: make(chan struct{})}
	if _, set := env("GOMEMLIMIT"); set {
		close(c.done)
		return c
	}
	go c.run(ctx)
	return c
}

func (c *ceiling) run(ctx context.Context) {
	defer close(c.done)
	tick := time.NewTicker(memoryEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			debug.SetMemoryLimit(memoryLimit(liveMemory()))
		}
	}
}

// Close leaves the limit as it is.
func (c *ceiling) Close() {
	c.stop()
	<-c.done
}

// memoryLimit is how many bytes may be in use when so many are live: where tunnels need
// more than the limit by themselves, it goes with them, so that the traffic does not wait
// for garbage to be collected again and again.
func memoryLimit(live int64) int64 { return max(record.QueueBytes*3/2, live+live/8) }

// liveMemory is what the last collection of garbage left, in bytes.
func liveMemory() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(sample[0].Value.Uint64())
}
