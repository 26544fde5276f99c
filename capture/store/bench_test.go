package store_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/capture/store"
)

// batchSize is what the recorder stores together under load.
const batchSize = 128

// typical is a failure with bodies of 1 KiB, of which some repeat.
func typical(n int, body []byte) *capture.Failure {
	f := whole(fmt.Sprintf("01JDC%021d", n), noon.Add(time.Duration(n)*time.Millisecond))
	f.Exchange.Request.Body.Data, f.Exchange.Response.Body.Data = body, body
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
	}{{"repeating", 10}, {"different", 100_000}} {
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
			b.ResetTimer()
			for n := 0; n < b.N; {
				batch := make([]*capture.Failure, 0, batchSize)
				for ; len(batch) < batchSize && n < b.N; n++ {
					batch = append(batch, typical(n, bodies[n%len(bodies)]))
				}
				if _, err := s.Append(b.Context(), capture.Batch{Failures: batch}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
