package lifecycle_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"flagrante/capture"
	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/lifecycle"
	"flagrante/draft/profile"
	"flagrante/proxy"
)

// library makes failures that look like those of some vendors over a long time.
type library struct {
	r      *rand.Rand
	bodies [][]byte
}

func newLibrary() *library {
	l := &library{r: rand.New(rand.NewPCG(1, 2))}
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
	status, kind, code := []int{500, 502, 503, 422, 404}[group%5], capture.KindHTTPStatus, fmt.Sprintf("E%02d", group%40)
	if n%5000 == 17 {
		status, code, group = 418, "RARO", 1000+n%3
	}
	host := fmt.Sprintf("api-%d.banco.example", group%20)
	at := noon.Add(time.Duration(n) * 2 * time.Second)
	id := fmt.Sprintf("01JDC%021d", n)
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

const benchBatch = 128

// fill stores so many failures and returns how long the storing took.
func (l *library) fill(b *testing.B, s *store.Store, from, count int) (took cost) {
	b.Helper()
	for n := from; n < from+count; {
		var batch capture.Batch
		for ; len(batch.Failures) < benchBatch && n < from+count; n++ {
			batch.Failures = append(batch.Failures, l.failure(n))
		}
		took = took.add(spend(b, func() {
			if _, err := s.Append(b.Context(), batch); err != nil {
				b.Fatal(err)
			}
		}))
	}
	return took
}

// median is how long f takes.
func median(b *testing.B, tries int, f func() error) time.Duration {
	b.Helper()
	times := make([]time.Duration, tries)
	for i := range times {
		begun := time.Now()
		if err := f(); err != nil {
			b.Fatal(err)
		}
		times[i] = time.Since(begun)
	}
	slices.Sort(times)
	return times[tries/2]
}

func benchFilter(b *testing.B, text string) *filter.Filter {
	b.Helper()
	f, err := filter.Parse(store.FailureFields(), text, filter.Options{Now: noon, Zone: time.UTC})
	if err != nil {
		b.Fatal(err)
	}
	return f
}

// BenchmarkStore measures what lists cost as the store grows, and prints tables. It is
// run by `make bench-store`.
func BenchmarkStore(b *testing.B) {
	sizes := []int{1000, 100_000, 1_000_000}
	if testing.Short() {
		sizes = sizes[:2]
	}
	var table strings.Builder
	names := []string{}
	costs := map[string][]time.Duration{}
	note := func(name string, cost time.Duration) {
		if _, ok := costs[name]; !ok {
			names = append(names, name)
		}
		costs[name] = append(costs[name], cost)
	}
	l := newLibrary()
	path := filepath.Join(b.TempDir(), "flagrante.db")
	s, err := store.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	guide, err := profile.Default()
	if err != nil {
		b.Fatal(err)
	}
	book := lifecycle.New(s, compose.Settings{Profile: guide, Lang: draft.Portuguese, Zone: time.UTC})
	have := 0
	for _, size := range sizes {
		l.fill(b, s, have, size-have)
		have = size
		for left := true; left; {
			if left, err = s.Index(b.Context(), 2000); err != nil {
				b.Fatal(err)
			}
		}
		for left := true; left; {
			if left, err = book.Refresh(b.Context(), 500); err != nil {
				b.Fatal(err)
			}
		}
		middle := fmt.Sprintf("01JDC%021d", size/2)
		list := func(p store.Page) func() error {
			p.Limit = 50
			return func() error { _, _, err := s.Failures(b.Context(), p); return err }
		}
		const tries = 41
		note("first page", median(b, tries, list(store.Page{})))
		note("deep page", median(b, tries, list(store.Page{After: middle})))
		for _, text := range []string{"status>=500 host:api-3.*", "code:E07 status:503,404 since:2020-01-01", "kind:timeout", "code:RARO", "rejeitada", "recurso-77 status>=400"} {
			note("`"+text+"`", median(b, tries, list(store.Page{Filter: benchFilter(b, text)})))
		}
		note("drafts", median(b, tries, func() error { _, _, err := book.Find(b.Context(), lifecycle.Query{Limit: 50}); return err }))
		match, all := bareMatch(b, path)
		note("bare MATCH", match)
		note("bare MATCH, all rows", all)
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		fmt.Fprintf(&table, "%d failures: %d bytes a failure with the index of words\n", size, info.Size()/int64(size))
	}
	fmt.Fprint(&table, "\n| what |")
	for _, size := range sizes {
		fmt.Fprintf(&table, " %d |", size)
	}
	fmt.Fprintln(&table, " ratio |")
	for _, name := range names {
		fmt.Fprintf(&table, "| %s |", name)
		for _, cost := range costs[name] {
			fmt.Fprintf(&table, " %.2f ms |", cost.Seconds()*1e3)
		}
		fmt.Fprintf(&table, " %.2f |\n", float64(costs[name][len(sizes)-1])/float64(costs[name][0]))
	}
	b.Log("\n" + table.String())
}

// bareMatch asks SQLite alone for the first rows, and for all rows, of the newest part
// of the index that hold a word.
func bareMatch(b *testing.B, path string) (first, all time.Duration) {
	b.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var part int
	if err := db.QueryRowContext(b.Context(), `SELECT max(part) FROM search_parts`).Scan(&part); err != nil {
		b.Fatal(err)
	}
	read := func(limit string) func() error {
		return func() error {
			rows, err := db.QueryContext(b.Context(), fmt.Sprintf(`SELECT docid FROM search_%d WHERE search_%d MATCH 'rejeitada' ORDER BY docid DESC %s`, part, part, limit))
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
			}
			return rows.Err()
		}
	}
	return median(b, 41, read("LIMIT 50")), median(b, 11, read(""))
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
	return all
}
