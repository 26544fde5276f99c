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

// Appender stores batches and says how many of their failures were new.
type Appender interface {
	Append(ctx context.Context, b capture.Batch) (stored int, err error)
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
	// batchPatience is how long a failure waits for others: too short for a person
	// to notice, and long enough to fill a batch under load.
	batchPatience = 50 * time.Millisecond
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

// Observe takes an exchange; it never waits. It is a proxy.Observer. Only failing
// exchanges go into the queue: judging one costs less than handing it over.
func (r *Recorder) Observe(x *proxy.Exchange) {
	r.calls.Add(1)
	if !r.fails(x) {
		return
	}
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

// fails judges an exchange. One over which that stumbles is taken for a failure,
// which the other goroutine then reports.
func (r *Recorder) fails(x *proxy.Exchange) (failing bool) {
	defer func() {
		if recover() != nil {
			failing = true
		}
	}()
	return r.pipeline.rules.Judge(x).Failing
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

// run stores failures together: to write one costs nearly as much as to write
// many. A failure counts as queued until it is stored.
func (r *Recorder) run() {
	defer close(r.done)
	due := time.NewTimer(0)
	<-due.C
	var b batch
	for {
		select {
		case x, open := <-r.queue:
			if !open {
				r.flush(&b)
				return
			}
			if len(b.failures) == 0 {
				due.Reset(batchPatience)
			}
			r.add(&b, x)
			if len(b.failures) >= maxBatch || b.size >= maxBatchBytes {
				r.flush(&b)
			}
		case <-due.C:
			r.flush(&b)
		}
	}
}

// batch is what is stored together.
type batch struct {
	failures []*capture.Failure
	// size is about the memory of their exchanges, in bytes.
	size int64
}

func (r *Recorder) add(b *batch, x *proxy.Exchange) {
	size := sizeOf(x)
	f := r.judge(x)
	if f == nil {
		r.queued.Add(-size)
		return
	}
	b.failures = append(b.failures, f)
	b.size += size
}

func (r *Recorder) flush(b *batch) {
	if len(b.failures) > 0 {
		r.write(b.failures)
	}
	r.queued.Add(-b.size)
	*b = batch{}
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
	stored, err := r.store.Append(ctx, capture.Batch{Failures: batch})
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
