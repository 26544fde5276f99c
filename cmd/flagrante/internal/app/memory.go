package app

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"flagrante/capture/background"
	"flagrante/capture/record"
)

// memoryEvery is how often the limit of memory is looked at.
const memoryEvery = time.Second

// limitMemory begins to keep memory within one and a half times what the queue of
// exchanges may hold: without a limit, garbage would be collected when as much again is in
// use, and a queue that is full because nothing can be stored would take twice its size.
// A limit that a user has set holds: the task is nil then. Its end leaves the limit as it is.
func limitMemory(env func(string) (string, bool)) *background.Task {
	if _, set := env("GOMEMLIMIT"); set {
		return nil
	}
	return background.Start(followMemory)
}

func followMemory(ctx context.Context) {
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
