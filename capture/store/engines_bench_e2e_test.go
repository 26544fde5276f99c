//go:build e2e

package store_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// fill stores so many failures of 40 hosts in 30 days, in batches, by so many writers.
func fill(b *testing.B, place string, rows, writers int, p *progress) {
	b.Helper()
	var wg sync.WaitGroup
	errs := make(chan error, writers)
	for w := range writers {
		s := storetest.Open(b, place)
		wg.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(w)))
			for n := w * batchSize; n < rows; n += writers * batchSize {
				var batch capture.Batch
				for i := n; i < min(n+batchSize, rows); i++ {
					batch.Failures = append(batch.Failures, spread(r, i, rows))
				}
				if _, err := s.Append(b.Context(), batch); err != nil {
					errs <- err
					return
				}
				p.add(len(batch.Failures))
			}
		})
	}
	wg.Wait()
	select {
	case err := <-errs:
		b.Fatal(err)
	default:
	}
}

// spread is one of so many failures: every hundredth has a code of its own, every
// thousandth a rare word.
func spread(r *rand.Rand, n, rows int) *capture.Failure {
	host := n % 40
	f := typical(n, text(r), text(r))
	f.Time = noon.Add(-time.Duration(rows-n) * (30 * 24 * time.Hour / time.Duration(rows)))
	f.Exchange.Start, f.Host = f.Time, fmt.Sprintf("api%d.bank.example", host)
	f.Fingerprint = fmt.Sprintf("v1-%d-%d", host, n%3)
	f.Exchange.Response.Status = []int{500, 503, 404, 422}[n%4]
	if n%100 == 0 {
		f.Vendor.Code, f.Fingerprint = fmt.Sprintf("E-%d", n%7), f.Fingerprint+"-code"
	}
	if n%1000 == 0 {
		f.Vendor.Message = "limite noturno excedido"
	}
	return f
}

// BenchmarkEngines stores the same failures in both engines, indexes their words, and asks
// both for the same pages. Times are by the clock, for the server works in processes of its
// own. With FLAGRANTE_BENCH_STORES=DIR the stores are kept in a folder, where later runs
// find those that are full, so that FLAGRANTE_BENCH_PARTS can choose what one run does:
// sqlite and postgres fill a store by one writer, writers one by four, words indexes what
// is not indexed of the first two, and pages asks them.
func BenchmarkEngines(b *testing.B) {
	rows, err := strconv.Atoi(cmp.Or(os.Getenv("FLAGRANTE_BENCH_ROWS"), "20000"))
	if err != nil {
		b.Fatal(err)
	}
	parts := strings.Split(cmp.Or(os.Getenv("FLAGRANTE_BENCH_PARTS"), "sqlite,postgres,writers,words,pages"), ",")
	k := keeping(b, rows)
	for _, part := range []struct {
		name, engine string
		writers      int
	}{{"sqlite", "sqlite", 1}, {"postgres", "postgres", 1}, {"writers", "postgres-4-writers", 4}} {
		if slices.Contains(parts, part.name) {
			place := k.fresh(b, part.engine)
			rate(b, "ingest/"+part.engine, rows, func(p *progress) { fill(b, place, rows, part.writers, p) })
		}
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		if slices.Contains(parts, "words") || slices.Contains(parts, "pages") {
			words(b, engine, storetest.Open(b, k.place(b, engine)))
		}
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		if slices.Contains(parts, "pages") {
			pages(b, engine, storetest.Open(b, k.place(b, engine)))
		}
	}
}

// words indexes what is not indexed. Pages need that, too.
func words(b *testing.B, engine string, s *store.Store) {
	b.Helper()
	left, err := s.Unindexed(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if left == 0 {
		return
	}
	const step = 1000
	rate(b, "words/"+engine, int(left), func(p *progress) {
		for more := true; more; p.add(step) {
			if more, err = s.Index(b.Context(), step); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func pages(b *testing.B, engine string, s *store.Store) {
	b.Helper()
	if s.Central() {
		if err := store.OnWriter(b.Context(), s, `ANALYZE`); err != nil {
			b.Fatal(err)
		}
	}
	var middle string
	if err := one(b, s, `SELECT id FROM failures WHERE time >= (SELECT (min(time) + max(time)) / 2 FROM failures) ORDER BY time LIMIT 1`, &middle); err != nil {
		b.Fatal(err)
	}
	for _, page := range []struct{ name, filter, after string }{
		{"first", "", ""}, {"middle", "", middle}, {"status+host", "status:503 host:api7.bank.example", ""}, {"code", "code:E-3", ""},
		{"kind+since", "kind:http_status since:2026-11-01", ""}, {"rare word", "noturno", ""}, {"common word", "rejeitada", ""}, {"none", "host:nowhere.example", ""},
	} {
		f, err := filter.Parse(store.FailureFields(), page.filter, filter.Options{Now: noon})
		if err != nil {
			b.Fatal(err)
		}
		b.Run("page/"+page.name+"/"+engine, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := s.Failures(b.Context(), store.Page{Limit: 50, Filter: f, After: page.after}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("groups/"+engine, func(b *testing.B) {
		for b.Loop() {
			if _, _, err := s.Groups(b.Context(), store.Page{Limit: 50}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("failure/"+engine, func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Failure(b.Context(), middle); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// one reads the one value of a query.
func one(b *testing.B, s *store.Store, query string, into any) error {
	b.Helper()
	rows, err := s.Query(b.Context(), query)
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(into)
	}
	return cmp.Or(err, rows.Err())
}
