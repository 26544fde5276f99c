package record

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture"
	"flagrante/capture/background"
	"flagrante/capture/judge"
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
	// Dropped is the number of failures of which the copy was given up, because the
	// queue was full or the store refused them.
	Dropped int64
	// Skipped is the number of calls that succeeded while the queue was full, so that
	// they are missing from the numbers of their endpoint.
	Skipped int64
	// Waiting is the number of exchanges in the queue, and of those taken from it
	// that are not judged and stored yet.
	Waiting int64
}

const (
	// maxBatch is the number of failures in one transaction, from which on more
	// is hardly faster.
	maxBatch = 128
	// busyLot is the number of exchanges in a lot after which more are sure to follow,
	// and writePatience how long a failure then waits for others to be stored with it:
	// a transaction of its own costs as much as judging it.
	busyLot       = 64
	writePatience = 400 * time.Millisecond
	// countPatience is how long numbers of the traffic wait to be stored.
	countPatience = 2 * time.Second
	// storePatience is how long the store may take for a batch.
	storePatience = 30 * time.Second
)

// Recorder takes exchanges from the traffic and stores the failures, on a
// goroutine of its own.
type Recorder struct {
	// rules judge what there is no room for.
	rules func() (*judge.Judge, error)
	// sequence and store are there from Begin on.
	sequence *Sequence
	store    Appender
	log      zerolog.Logger
	inbox    *inbox
	pool     *proxy.Pool
	done     chan struct{}
	// unwritten are the exchanges that were judged since the last write.
	unwritten struct {
		n    int
		size int64
	}

	calls, failures, stored, dropped, skipped atomic.Int64
}

// Start returns a Recorder that records from now on, until Close.
func Start(p *Pipeline, store Appender, log zerolog.Logger) *Recorder {
	r := Hold(func() (*judge.Judge, error) { return p.rules, nil }, p.pool, log)
	r.Begin(p, store)
	return r
}

// Hold returns a Recorder that takes exchanges, which wait until Begin. Those for which there is no
// room by then are judged by rules.
func Hold(rules func() (*judge.Judge, error), pool *proxy.Pool, log zerolog.Logger) *Recorder {
	return &Recorder{rules: rules, log: log, pool: pool, inbox: newInbox(), done: make(chan struct{})}
}

// Begin has exchanges recorded until Close: those that wait, and those to come.
func (r *Recorder) Begin(p *Pipeline, store Appender) {
	r.sequence, r.store = NewSequence(p), store
	go r.run()
}

// Observe takes an exchange; it never waits. It is a proxy.Observer.
func (r *Recorder) Observe(x *proxy.Exchange) {
	r.calls.Add(1)
	if r.inbox.put(x) {
		return
	}
	// It is judged all the same: what was lost has to be known.
	failing := r.fails(x)
	r.pool.Release(x)
	if !failing {
		r.skipped.Add(1)
	} else if r.dropped.Add(1) == 1 {
		r.log.Error().Msg("capture is slower than the traffic: copies of exchanges are being dropped, the traffic goes on")
	}
}

// fails judges an exchange. One over which that stumbles is taken for a failure.
func (r *Recorder) fails(x *proxy.Exchange) (failing bool) {
	defer func() {
		if recover() != nil {
			failing = true
		}
	}()
	rules, err := r.rules()
	return err != nil || rules.Judge(x).Failing
}

// Counts returns the numbers since the start.
func (r *Recorder) Counts() Counts {
	return Counts{
		Calls: r.calls.Load(), Failures: r.failures.Load(), Stored: r.stored.Load(),
		Dropped: r.dropped.Load(), Skipped: r.skipped.Load(), Waiting: r.inbox.count(),
	}
}

// Close stores what has been taken, and returns when that is done or ctx ends. Before Begin it says
// how many calls are lost.
func (r *Recorder) Close(ctx context.Context) error {
	r.inbox.close()
	if n := r.calls.Load(); r.sequence == nil && n > 0 {
		return fmt.Errorf("calls that had passed by then are not recorded: %d", n)
	}
	if r.sequence == nil {
		return nil
	}
	select {
	case <-r.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("store the last failures: %w", ctx.Err())
	}
}

// run records what comes, on a thread that steps back behind the traffic, and what is
// left at the end on one that does not: then there is no traffic, somebody waits, and on
// a busy machine the thread behind might not get there in time.
func (r *Recorder) run() {
	defer close(r.done)
	left := make(chan []*proxy.Exchange)
	go func() {
		background.StepBack()
		left <- r.follow()
	}()
	for _, x := range slices.Concat(<-left, r.inbox.take(nil)) {
		r.take(x)
	}
	r.flush(r.sequence.Traffic())
}

// follow takes exchanges in lots: to wake for each one, or to write each failure on its
// own, costs many times more. It returns what it has taken and not recorded when nothing
// more comes.
func (r *Recorder) follow() (left []*proxy.Exchange) {
	patience, due, late := stopped(), stopped(), stopped()
	var spare []*proxy.Exchange
	counting, waiting := false, false
	for {
		select {
		case <-r.inbox.wake:
			patience.Reset(linger)
			select {
			case <-patience.C:
			case <-r.inbox.full:
			}
			lot := r.inbox.take(spare)
			if left = r.lot(lot); r.inbox.closed.Load() {
				return left
			}
			if len(lot) < busyLot || !r.sequence.Pending() {
				r.flush(nil)
			} else if !waiting {
				waiting = true
				late.Reset(writePatience)
			}
			clear(lot)
			spare = lot[:0]
			if !counting {
				counting = true
				due.Reset(countPatience)
			}
		case <-late.C:
			waiting = false
			r.flush(nil)
		case <-due.C:
			counting = false
			r.flush(r.sequence.Traffic())
		}
	}
}

func stopped() *time.Timer {
	t := time.NewTimer(0)
	<-t.C
	return t
}

// lot takes exchanges, and returns those that are left when nothing more comes.
func (r *Recorder) lot(lot []*proxy.Exchange) (left []*proxy.Exchange) {
	for i, x := range lot {
		if r.inbox.closed.Load() {
			return lot[i:]
		}
		r.take(x)
	}
	return nil
}

// take judges an exchange, and stores the failures of those that were taken when they are
// many. It takes up room in the inbox until they are stored.
func (r *Recorder) take(x *proxy.Exchange) {
	r.unwritten.n++
	r.unwritten.size += sizeOf(x)
	r.judge(x)
	if len(r.sequence.batch.Failures) >= maxBatch {
		r.flush(nil)
	}
}

// flush stores what was found, and gives the room of what was judged back.
func (r *Recorder) flush(counted []capture.Minute) {
	r.write(counted)
	r.inbox.release(r.unwritten.n, r.unwritten.size)
	r.unwritten.n, r.unwritten.size = 0, 0
}

// judge survives whatever an app or a vendor can make the pipeline stumble over.
func (r *Recorder) judge(x *proxy.Exchange) {
	before := len(r.sequence.batch.Failures)
	defer func() {
		if cause := recover(); cause != nil {
			if len(r.sequence.batch.Failures) == before {
				r.dropped.Add(1)
			}
			r.log.Error().Str("id", x.ID).Type("cause", cause).Msg("an exchange could not be judged; please report this")
		}
		r.failures.Add(int64(len(r.sequence.batch.Failures) - before))
	}()
	r.sequence.Add(x)
}

// write stores the failures that were found and what belongs to them.
func (r *Recorder) write(counted []capture.Minute) {
	b := r.sequence.Take()
	b.Traffic = counted
	if len(b.Failures)+len(b.Healed)+len(b.Good)+len(b.Traffic) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), storePatience)
	defer cancel()
	stored, err := r.store.Append(ctx, b)
	r.stored.Add(int64(stored))
	if err != nil {
		r.dropped.Add(int64(len(b.Failures)))
		r.log.Error().Err(err).Int("failures", len(b.Failures)).Msg("failures could not be stored and are lost; the traffic goes on")
		return
	}
	for _, f := range b.Failures {
		r.log.Info().Str("id", f.ID).Str("kind", string(f.Kind)).Int("status", f.Status()).Str("endpoint", f.Endpoint).Bool("expected", f.Expected).Msg("failure")
	}
	for _, h := range b.Healed {
		r.log.Info().Str("id", h.FailureID).Str("reason", h.Reason.Key).Msg("a failure turned out to be expected")
	}
}
