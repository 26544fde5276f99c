package record

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture"
	"flagrante/proxy"
)

// Appender stores failures and says how many of them were new.
type Appender interface {
	Append(ctx context.Context, failures []*capture.Failure) (stored int, err error)
}

// Counts are numbers since the start.
type Counts struct {
	// Calls is the number of exchanges that passed the proxy.
	Calls int64
	// Failures is the number of those judged failing.
	Failures int64
	// Stored is the number of failures in the store.
	Stored int64
	// Dropped is the number of exchanges of which the copy was given up, because
	// the queue was full or the store refused them.
	Dropped int64
}

const (
	// maxQueued and maxQueuedBytes bound what waits to be judged.
	maxQueued      = 4096
	maxQueuedBytes = 64 << 20
	// maxBatch is the number of failures in one transaction, from which on more
	// is hardly faster.
	maxBatch      = 128
	maxBatchBytes = 16 << 20
	// storePatience is how long the store may take for a batch.
	storePatience = 30 * time.Second
)

// Recorder takes exchanges from the traffic and stores the failures, on a
// goroutine of its own.
type Recorder struct {
	pipeline *Pipeline
	store    Appender
	log      zerolog.Logger
	queue    chan *proxy.Exchange
	queued   atomic.Int64
	done     chan struct{}

	// mu keeps Observe from sending on the queue that Close closes.
	mu     sync.RWMutex
	closed bool

	calls, failures, stored, dropped atomic.Int64
}

// Start returns a Recorder that runs until Close.
func Start(p *Pipeline, store Appender, log zerolog.Logger) *Recorder {
	r := &Recorder{pipeline: p, store: store, log: log, queue: make(chan *proxy.Exchange, maxQueued), done: make(chan struct{})}
	go r.run()
	return r
}

// Observe takes an exchange; it never waits. It is a proxy.Observer.
func (r *Recorder) Observe(x *proxy.Exchange) {
	r.calls.Add(1)
	r.mu.RLock()
	defer r.mu.RUnlock()
	size := sizeOf(x)
	if r.closed || r.queued.Add(size) > maxQueuedBytes {
		r.giveUp(size)
		return
	}
	select {
	case r.queue <- x:
	default:
		r.giveUp(size)
	}
}

func (r *Recorder) giveUp(size int64) {
	r.queued.Add(-size)
	if r.dropped.Add(1) == 1 {
		r.log.Error().Msg("capture is slower than the traffic: copies of exchanges are being dropped, the traffic goes on")
	}
}

// sizeOf is about what an exchange takes in memory.
func sizeOf(x *proxy.Exchange) int64 {
	size := 4096 + len(x.Request.Body.Data)
	if x.Response != nil {
		size += len(x.Response.Body.Data)
	}
	return int64(size)
}

// Counts returns the numbers since the start.
func (r *Recorder) Counts() Counts {
	return Counts{Calls: r.calls.Load(), Failures: r.failures.Load(), Stored: r.stored.Load(), Dropped: r.dropped.Load()}
}

// Close stores what has been taken, and returns when that is done or ctx ends.
func (r *Recorder) Close(ctx context.Context) error {
	r.mu.Lock()
	if !r.closed {
		r.closed = true
		close(r.queue)
	}
	r.mu.Unlock()
	select {
	case <-r.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("store the last failures: %w", ctx.Err())
	}
}

// run stores a batch as soon as nothing more is waiting, so that a failure is
// seen at once when there are few, and many are written together. A failure
// counts as queued until it is stored.
func (r *Recorder) run() {
	defer close(r.done)
	var batch []*capture.Failure
	var held int64
	for x := range r.queue {
		size := sizeOf(x)
		if f := r.judge(x); f != nil {
			batch, held = append(batch, f), held+size
		} else {
			r.queued.Add(-size)
		}
		if len(batch) >= maxBatch || held >= maxBatchBytes || len(batch) > 0 && len(r.queue) == 0 {
			r.write(batch)
			r.queued.Add(-held)
			batch, held = nil, 0
		}
	}
	if len(batch) > 0 {
		r.write(batch)
	}
}

// judge survives whatever an app or a vendor can make the pipeline stumble over.
func (r *Recorder) judge(x *proxy.Exchange) (f *capture.Failure) {
	defer func() {
		if cause := recover(); cause != nil {
			f = nil
			r.dropped.Add(1)
			r.log.Error().Str("id", x.ID).Type("cause", cause).Msg("an exchange could not be judged; please report this")
		}
	}()
	f = r.pipeline.Failure(x)
	if f != nil {
		r.failures.Add(1)
	}
	return f
}

func (r *Recorder) write(batch []*capture.Failure) {
	ctx, cancel := context.WithTimeout(context.Background(), storePatience)
	defer cancel()
	stored, err := r.store.Append(ctx, batch)
	r.stored.Add(int64(stored))
	if err != nil {
		r.dropped.Add(int64(len(batch)))
		r.log.Error().Err(err).Int("failures", len(batch)).Msg("failures could not be stored and are lost; the traffic goes on")
		return
	}
	for _, f := range batch {
		r.log.Info().Str("id", f.ID).Str("kind", string(f.Kind)).Int("status", f.Status()).Str("endpoint", f.Endpoint).Bool("expected", f.Expected).Msg("failure")
	}
}
