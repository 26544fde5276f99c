package traffic_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/traffic"
)

// TestQuantilesAreWithinFivePercent compares with the exact ones of a sample that
// spans all sizes.
func TestQuantilesAreWithinFivePercent(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var l traffic.Latency
	var exact []time.Duration
	for range 20_000 {
		d := time.Duration(float64(100*time.Microsecond) * math.Exp(random.Float64()*16))
		l.Add(d)
		exact = append(exact, d)
	}
	slices.Sort(exact)
	for _, q := range []float64{0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 1} {
		want := exact[int(math.Ceil(q*float64(len(exact))))-1]
		if off := math.Abs(float64(l.Quantile(q)-want)) / float64(want); off > 0.05 {
			t.Errorf("quantile %v is %v, exactly %v: %.1f %% off", q, l.Quantile(q), want, off*100)
		}
	}
}

func TestExtremes(t *testing.T) {
	var l traffic.Latency
	if l.Quantile(0.5) != 0 || l.Count() != 0 {
		t.Errorf("nothing has a median of %v and counts %d", l.Quantile(0.5), l.Count())
	}
	for _, d := range []time.Duration{-time.Second, 0, time.Nanosecond, 1000 * time.Hour, math.MaxInt64} {
		l.Add(d)
	}
	if l.Count() != 5 || len(l) > traffic.Buckets {
		t.Errorf("%d calls in %d buckets", l.Count(), len(l))
	}
}

// TestMergingIsCountingTogether is what makes minutes add up.
func TestMergingIsCountingTogether(t *testing.T) {
	var a, b, both traffic.Latency
	for i := range 1000 {
		d := time.Duration(i*i) * time.Microsecond
		both.Add(d)
		if i%3 == 0 {
			a.Add(d)
		} else {
			b.Add(d)
		}
	}
	a.Merge(b)
	if diff := cmp.Diff(both, a); diff != "" {
		t.Error(diff)
	}
}
