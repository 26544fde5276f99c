// Package traffic counts calls by minute and endpoint, those that succeed too,
// and how long they took, in counts that add up.
package traffic

import (
	"math"
	"time"
)

// Latencies are counted in buckets whose bounds grow by the eighth root of two,
// so a quantile is at most 4.4 % off. The first bucket holds all that is shorter
// than 64 µs, the last all from 71 minutes on.
const (
	perOctave = 8
	octaves   = 26
	shortest  = 64 * time.Microsecond
	// Buckets is the number of buckets.
	Buckets = 1 + perOctave*octaves
)

// Latency counts calls by their duration; the index is the bucket. It may be
// shorter than Buckets, the rest is zero then. The zero value is empty.
type Latency []uint32

// bucket returns the index of the bucket for a duration.
func bucket(d time.Duration) int {
	if d < shortest {
		return 0
	}
	return min(1+int(math.Log2(float64(d)/float64(shortest))*perOctave), Buckets-1)
}

// middle returns the duration that stands for a bucket: the one whose relative
// distance to both bounds is the same.
func middle(bucket int) time.Duration {
	if bucket == 0 {
		return shortest / 2
	}
	low := float64(shortest) * math.Exp2(float64(bucket-1)/perOctave)
	high := low * math.Exp2(1.0/perOctave)
	return time.Duration(2 * low * high / (low + high))
}

// Add counts a call.
func (l *Latency) Add(d time.Duration) {
	i := bucket(d)
	l.reach(i + 1)
	if (*l)[i] < math.MaxUint32 {
		(*l)[i]++
	}
}

// Merge adds the counts of another.
func (l *Latency) Merge(other Latency) {
	l.reach(len(other))
	for i, n := range other {
		(*l)[i] = uint32(min(uint64((*l)[i])+uint64(n), math.MaxUint32))
	}
}

func (l *Latency) reach(length int) {
	if missing := length - len(*l); missing > 0 {
		*l = append(*l, make(Latency, missing)...)
	}
}

// Count returns the number of calls.
func (l Latency) Count() int64 {
	var n int64
	for _, bucket := range l {
		n += int64(bucket)
	}
	return n
}

// Quantile returns the duration that the share q of all calls, from 0 to 1, did
// not exceed: the nearest rank. It is 0 when there are no calls.
func (l Latency) Quantile(q float64) time.Duration {
	rank := max(int64(math.Ceil(q*float64(l.Count()))), 1)
	for i, n := range l {
		if rank -= int64(n); rank <= 0 {
			return middle(i)
		}
	}
	return 0
}

// halve forgets half of the calls, so that newer ones count for more.
func (l Latency) halve() {
	for i := range l {
		l[i] /= 2
	}
}
