//go:build e2e

package store_test

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"
)

// progressEvery is how often it is said how far a part of a benchmark is.
const progressEvery = 10 * time.Second

// progress says how far a part of a benchmark is that takes minutes.
type progress struct {
	name        string
	rows        int
	begun, said time.Time

	mu   sync.Mutex
	done int
}

// add counts rows.
func (p *progress) add(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done = min(p.done+n, p.rows)
	now := time.Now()
	if now.Sub(p.said) < progressEvery {
		return
	}
	p.said = now
	fmt.Fprintf(os.Stderr, "%s: %d of %d, %.0f a second\n", p.name, p.done, p.rows, float64(p.done)/now.Sub(p.begun).Seconds())
}

// rate reports how many rows a second something does.
func rate(b *testing.B, name string, rows int, do func(*progress)) {
	b.Helper()
	begun := time.Now()
	do(&progress{name: name, rows: rows, begun: begun, said: begun})
	a := float64(rows) / time.Since(begun).Seconds()
	b.Run(name, func(b *testing.B) {
		b.ReportMetric(a, "rows/s")
		b.ReportMetric(0, "ns/op")
	})
}
