package store_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// batchSize is what the recorder stores together under load.
const batchSize = 128

// typical is a failure with those bodies.
func typical(n int, sent, answered []byte) *capture.Failure {
	f := storetest.Failure(fmt.Sprintf("01JDC%021d", n), noon.Add(time.Duration(n)*time.Millisecond))
	f.Exchange.Request.Body.Data, f.Exchange.Response.Body.Data = sent, answered
	f.Fingerprint = fmt.Sprintf("v1-%016d", n%50)
	return f
}

// text is a body of 1 KiB in JSON.
func text(r *rand.Rand) []byte {
	var b []byte
	for len(b) < 1000 {
		b = fmt.Appendf(b, `{"id":"%x","valor":%d,"situacao":"REJEITADA"},`, r.Uint64(), r.IntN(100_000))
	}
	return b
}

// BenchmarkAppend measures one failure, stored in batches.
func BenchmarkAppend(b *testing.B) {
	for _, c := range []struct {
		name   string
		bodies int
	}{{"repeating", 20}, {"different", 120_000}} {
		b.Run(c.name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			bodies := make([][]byte, c.bodies)
			for i := range bodies {
				bodies[i] = text(r)
			}
			s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "flagrante.db"))
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			b.ReportAllocs()
			before := cpuTime(b)
			b.ResetTimer()
			for n := 0; n < b.N; {
				batch := make([]*capture.Failure, 0, batchSize)
				for ; len(batch) < batchSize && n < b.N; n++ {
					batch = append(batch, typical(n, bodies[2*n%len(bodies)], bodies[(2*n+1)%len(bodies)]))
				}
				if _, err := s.Append(b.Context(), capture.Batch{Failures: batch}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpuTime(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}

// cpuTime is what the process has used so far: on a busy machine it says more
// than the clock.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
