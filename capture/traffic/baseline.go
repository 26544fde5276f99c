package traffic

import "time"

const (
	// fresh is the number of calls at which the older ones begin to count less.
	fresh = 10_000
	// recompute is how many calls may pass before a limit is found again.
	recompute = 64
)

// Rule says what is slow. A call is slow when its endpoint is known by Calls calls and it
// takes more than Times their 95th percentile, and more than Over on top of the median. The 95th
// and not the 99th: of a hundred calls, one outlier would decide on its own.
type Rule struct {
	Times float64
	Over  time.Duration
	Calls int64
}

// DefaultRule is what Rule is where nothing was set.
func DefaultRule() Rule { return Rule{Times: 3, Over: 2 * time.Second, Calls: 50} }

// Baseline is how long the calls to one endpoint usually take. The zero value
// knows nothing.
type Baseline struct {
	latency Latency
	calls   int64
	limit   time.Duration
	// age counts the calls since limit was found.
	age int
}

// Add learns from a call.
func (b *Baseline) Add(d time.Duration) {
	b.latency.Add(d)
	b.calls++
	b.age++
	if b.calls >= fresh {
		b.latency.halve()
		b.calls = b.latency.Count()
	}
}

// Limit returns the duration beyond which a call is slow, and whether enough is
// known to say so. A Rule without Times finds nothing slow.
func (b *Baseline) Limit(r Rule) (limit time.Duration, ok bool) {
	if b.calls < r.Calls || r.Times <= 0 {
		return 0, false
	}
	if b.limit == 0 || b.age >= recompute {
		b.age = 0
		b.limit = max(time.Duration(r.Times*float64(b.latency.Quantile(0.95))), b.Median()+r.Over)
	}
	return b.limit, true
}

// Median returns what half of the calls do not exceed.
func (b *Baseline) Median() time.Duration { return b.latency.Quantile(0.5) }
