package lifecycle_test

import (
	"strings"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/plan"
	"flagrante/capture/store/storetest"
)

// TestLatenciesAreReadWhereTheyDecide counts how often the minutes of a day are read with
// their latencies: for the last window, and for each other stretch where a timeout may be
// far over what is usual.
func TestLatenciesAreReadWhereTheyDecide(t *testing.T) {
	for kind, often := range map[capture.Kind]func(stretches int) int{
		capture.KindHTTPStatus: func(int) int { return 1 },
		capture.KindTimeout:    func(stretches int) int { return stretches },
	} {
		t.Run(string(kind), func(t *testing.T) {
			log, driver := plan.Register(t.Name())
			s, err := store.Open(t.Context(), storetest.Place(t, ""), store.WithDriver(driver))
			check(t, err)
			defer func() { check(t, s.Close()) }()
			var batch capture.Batch
			for _, minute := range []int{0, 1, 2, 3, 300} {
				f := at(1, minute)
				f.Kind = kind
				batch.Failures = append(batch.Failures, f)
				batch.Traffic = append(batch.Traffic, calls(f.Endpoint, minute, 10, 1, time.Second))
			}
			_, err = s.Append(t.Context(), batch)
			check(t, err)
			b := bookOf(t, s)
			log.Take()
			d, err := b.Draft(t.Context(), "d-000001endp")
			check(t, err)
			stretches := 1 + len(d.Evidence.Others)
			if stretches < 3 {
				t.Fatalf("%d stretches are judged, of which the last one always is", stretches)
			}
			read := 0
			for _, one := range log.Take() {
				if strings.Contains(one.Statement, "latency, last_good FROM minutes") {
					read++
				}
			}
			if want := often(stretches); read != want {
				t.Errorf("latencies are read %d times for %d stretches, want %d", read, stretches, want)
			}
			for _, n := range d.Evidence.Others {
				if timed := kind == capture.KindTimeout; timed != (n.Latency.Calls > 0) {
					t.Errorf("the latency of the stretch up to %v is of %d calls", n.End, n.Latency.Calls)
				}
				if !n.Known || n.Endpoint.Total == 0 {
					t.Errorf("of the calls up to %v nothing is known", n.End)
				}
			}
		})
	}
}
