package lifecycle_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/proxy"
)

// library makes failures that look like those of some vendors over a long time.
type library struct {
	r      *rand.Rand
	bodies [][]byte
	// traffic has the calls counted that did not fail, too.
	traffic bool
	// batch is how many failures are stored together.
	batch int
}

func newLibrary() *library {
	l := &library{r: rand.New(rand.NewPCG(1, 2)), batch: benchBatch}
	for range 4096 {
		var b []byte
		for len(b) < 1000 {
			b = fmt.Appendf(b, `{"id":"%x","valor":%d,"situacao":"%s"},`, l.r.Uint64(), l.r.IntN(100_000), []string{"REJEITADA", "PENDENTE", "devolvida"}[l.r.IntN(3)])
		}
		l.bodies = append(l.bodies, b)
	}
	return l
}

// failure is the nth of them. At each time a dozen endpoints fail, a thousand in all;
// every 5000th failure is of a sort that is rare.
func (l *library) failure(n int) *capture.Failure {
	group := (n/500*7 + n%12) % 1000
	status, kind, code := []int{500, 502, 503, 422, 404}[group/5%5], capture.KindHTTPStatus, fmt.Sprintf("E%02d", group%40)
	if group%5 == 4 {
		status, kind, code = 504, capture.KindTimeout, ""
	}
	if n%5000 == 17 {
		status, code, group = 418, "RARO", 1000+n%3
	}
	host := fmt.Sprintf("api-%d.banco.example", group%5)
	at := noon.Add(time.Duration(n) * 2 * time.Second)
	id := failureID(n)
	fields := proxy.Fields{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Request-Id", Value: "r-" + id}, {Name: "Date", Value: at.Format(time.RFC1123)}}
	return &capture.Failure{
		ID: id, Time: at, Kind: kind, Host: host, Endpoint: fmt.Sprintf("POST %s/v1/recurso-%d/{id}", host, group), Fingerprint: fmt.Sprintf("v2-%010dabcdef", group),
		Reasons: []capture.Reason{{Key: "judge.status", Args: map[string]string{"status": fmt.Sprint(status)}}},
		Vendor:  capture.Vendor{Code: code, Message: "operação recusada"}, RequestIDs: []string{"r-" + id}, Origin: capture.Origin{Country: "BR", Source: capture.SourceEgress},
		Exchange: proxy.Exchange{
			ID: id, Start: at,
			Request:  proxy.Request{Method: "POST", URL: fmt.Sprintf("https://%s/v1/recurso-%d/%d", host, group, n), Proto: "HTTP/1.1", Header: fields, Body: proxy.Body{Data: l.bodies[l.r.IntN(len(l.bodies))], Size: 1000, Complete: true}},
			Response: &proxy.Response{Status: status, Proto: "HTTP/1.1", Header: fields, Body: proxy.Body{Data: append([]byte(fmt.Sprintf(`{"n":%d},`, n)), l.bodies[l.r.IntN(len(l.bodies))]...), Size: 1008, Complete: true}},
			Phases:   proxy.Phases{Total: time.Duration(n%3000) * time.Millisecond},
		},
	}
}

func failureID(n int) string { return fmt.Sprintf("01JDC%021d", n) }

// minutes counts ten calls for each that failed, of which others succeed, but for a tenth of
// the endpoints.
func minutes(failures []*capture.Failure) (all []capture.Minute) {
	at := map[[2]any]int{}
	for _, f := range failures {
		start := f.Time.Truncate(time.Minute)
		key := [2]any{f.Endpoint, start.UnixMicro()}
		i, ok := at[key]
		if !ok {
			i = len(all)
			at[key] = i
			all = append(all, capture.Minute{Start: start, Host: f.Host, Endpoint: f.Endpoint, Latency: []uint32{0, 0, 0, 9, 1}})
		}
		m := &all[i]
		m.Calls, m.Failures = m.Calls+10, m.Failures+1
		if !strings.HasSuffix(f.Endpoint, "0/{id}") {
			m.LastGood = f.Time.Add(time.Second)
		}
	}
	return all
}

const (
	benchBatch = 128
	// fillBatch is larger: where nothing is measured, fewer transactions take less.
	fillBatch = 2048
)

// fill stores so many failures and returns how long the storing took.
func (l *library) fill(b *testing.B, s *store.Store, from, count int) (took cost) {
	b.Helper()
	for n := from; n < from+count; {
		var batch capture.Batch
		for ; len(batch.Failures) < l.batch && n < from+count; n++ {
			batch.Failures = append(batch.Failures, l.failure(n))
		}
		if l.traffic {
			batch.Traffic = minutes(batch.Failures)
		}
		took = took.add(spend(b, func() {
			if _, err := s.Append(b.Context(), batch); err != nil {
				b.Fatal(err)
			}
		}))
	}
	return took
}

// medians are how much of the processor each of some functions takes, on its thread, after
// a first time. They take turns, so that what others do on the machine meanwhile strikes all.
func medians(b *testing.B, tries int, each ...func() error) []time.Duration {
	b.Helper()
	times := make([][]time.Duration, len(each))
	for try := range tries + 1 {
		for i, f := range each {
			took := spend(b, func() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}).thread
			if try > 0 {
				times[i] = append(times[i], took)
			}
		}
	}
	middle := make([]time.Duration, len(each))
	for i := range times {
		slices.Sort(times[i])
		middle[i] = times[i][tries/2]
	}
	return middle
}

// median is that of one function.
func median(b *testing.B, tries int, f func() error) time.Duration {
	b.Helper()
	return medians(b, tries, f)[0]
}

func benchFilter(b *testing.B, text string) *filter.Filter {
	b.Helper()
	f, err := filter.Parse(store.FailureFields(), text, filter.Options{Now: noon, Zone: time.UTC})
	if err != nil {
		b.Fatal(err)
	}
	return f
}

// query returns all rows of a query.
func query(b *testing.B, s *store.Store, text string) (all [][]any) {
	b.Helper()
	rows, err := s.Query(b.Context(), text)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		b.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			b.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	return all
}
