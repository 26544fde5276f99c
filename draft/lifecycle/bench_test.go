package lifecycle_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/lifecycle"
	"flagrante/draft/profile"
)

// benchDir names a folder in which the stores of the benchmark stay, so that the next
// run need not fill them again.
const benchDir = "FLAGRANTE_BENCH_STORES"

// sized is a store with so many failures, indexed, with its drafts concluded.
type sized struct {
	size int
	path string
	*store.Store
	book *lifecycle.Book
}

// stores returns one of each size. A larger one goes on from the copy of a smaller one.
func stores(b *testing.B, sizes []int) (all []sized) {
	b.Helper()
	dir := os.Getenv(benchDir)
	if dir == "" {
		dir = b.TempDir()
	}
	guide, err := profile.Default()
	if err != nil {
		b.Fatal(err)
	}
	before := sized{}
	for _, size := range sizes {
		path := filepath.Join(dir, fmt.Sprintf("%d.db", size))
		if _, err := os.Stat(path); err != nil {
			fillTo(b, before, size, path, guide)
		}
		before = openSized(b, path, size, guide)
		all = append(all, before)
	}
	return all
}

func openSized(b *testing.B, path string, size int, guide profile.Profile) sized {
	b.Helper()
	s, err := store.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return sized{size, path, s, lifecycle.New(s, compose.Settings{Profile: guide, Lang: draft.Portuguese, Zone: time.UTC})}
}

// fillTo makes the store of a size under another name, so that one that was interrupted
// is not taken for whole.
func fillTo(b *testing.B, from sized, size int, path string, guide profile.Profile) {
	b.Helper()
	for _, left := range []string{"", "-wal", "-shm"} {
		if err := os.RemoveAll(path + ".new" + left); err != nil {
			b.Fatal(err)
		}
	}
	if from.Store != nil {
		if err := from.Backup(b.Context(), path+".new", nil); err != nil {
			b.Fatal(err)
		}
	}
	s := openSized(b, path+".new", size, guide)
	l := newLibrary()
	l.traffic, l.batch = true, fillBatch
	l.fill(b, s.Store, from.size, size-from.size)
	for _, step := range []func() (bool, error){
		func() (bool, error) { return s.Index(b.Context(), 4000) },
		func() (bool, error) { return s.book.Refresh(b.Context(), 500) },
	} {
		for left := true; left; {
			var err error
			if left, err = step(); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		b.Fatal(err)
	}
}

// pages are what is asked of each store, by what tables call it. Each gives a full page
// of 50 at every size.
func (s sized) pages(b *testing.B) (names []string, pages map[string]func() error) {
	b.Helper()
	pages = map[string]func() error{}
	add := func(name string, p store.Page) {
		p.Limit = pageRows
		names = append(names, name)
		pages[name] = func() error {
			found, _, err := s.Failures(b.Context(), p)
			if err == nil && len(found) != pageRows {
				err = fmt.Errorf("%s: %d failures of %d", name, len(found), pageRows)
			}
			return err
		}
	}
	add("first page", store.Page{})
	add("deep page", store.Page{After: failureID(s.size / 2)})
	for _, text := range []string{
		"status>=500 host:api-3.*", "code:E07 status:502,404 since:2020-01-01", "kind:timeout", "-endpoint:*/health status>=500", "duration>500ms",
		"env:production method:POST", "message:recusada",
	} {
		add("`"+text+"`", store.Page{Filter: benchFilter(b, text)})
	}
	add("deep page of `kind:timeout`", store.Page{After: failureID(s.size / 2), Filter: benchFilter(b, "kind:timeout")})
	for name, q := range map[string]lifecycle.Query{"drafts": {}, "drafts by severity": {Sort: "severity"}} {
		q.Limit = 12
		names = append(names, name)
		pages[name] = func() error { _, _, err := s.book.Find(b.Context(), q); return err }
	}
	return names, pages
}

const (
	pageRows = 50
	tries    = 41
)

// BenchmarkStore measures what lists cost as the store grows, and prints tables. It is
// run by `make bench-store`.
func BenchmarkStore(b *testing.B) {
	sizes := []int{1000, 100_000, 1_000_000}
	if testing.Short() {
		sizes = sizes[:2]
	}
	all := stores(b, sizes)
	costs := map[string][]time.Duration{}
	var names []string
	of := make([]map[string]func() error, len(all))
	for i, s := range all {
		names, of[i] = s.pages(b)
	}
	for _, name := range names {
		var each []func() error
		for i := range all {
			each = append(each, of[i][name])
		}
		costs[name] = medians(b, tries, each...)
	}
	fmt.Fprint(os.Stdout, "\n| what |")
	for _, size := range sizes {
		fmt.Fprintf(os.Stdout, " %d |", size)
	}
	fmt.Fprintln(os.Stdout, " ratio |\n| --- |"+strings.Repeat(" --- |", len(sizes)+1))
	for _, name := range names {
		fmt.Fprintf(os.Stdout, "| %s |", name)
		for _, cost := range costs[name] {
			fmt.Fprintf(os.Stdout, " %.2f ms |", cost.Seconds()*1e3)
		}
		fmt.Fprintf(os.Stdout, " %.2f |\n", float64(costs[name][len(sizes)-1])/float64(costs[name][0]))
	}
	for _, s := range all {
		s.search(b)
	}
	for _, s := range all {
		info, err := os.Stat(s.path)
		if err != nil {
			b.Fatal(err)
		}
		fmt.Fprintf(os.Stdout, "\n%d failures: %d bytes a failure with the index of words\n", s.size, info.Size()/int64(s.size))
	}
}

// search compares the search of words with SQLite's own MATCH.
func (s sized) search(b *testing.B) {
	b.Helper()
	fmt.Fprintf(os.Stdout, "\n| words, of %d | page of 50 | bare MATCH and its rows | ratio | bare MATCH, without rows | all matches |\n| --- | --- | --- | --- | --- | --- |\n", s.size)
	for text, match := range map[string]string{
		"rejeitada": "rejeitada", "devolvid*": "devolvid*", `"operação recusada"`: `"operacao recusada"`, "r-" + failureID(s.size/2): `"r ` + failureID(s.size/2) + `"`, "recurso-7 status>=400": `"recurso 7"`,
	} {
		page := store.Page{Limit: pageRows, Filter: benchFilter(b, text)}
		costs := s.bareMatch(b, match, func() error { _, _, err := s.Failures(b.Context(), page); return err })
		ours, bare := costs[0], costs[1:]
		fmt.Fprintf(os.Stdout, "| `%s` | %.2f ms | %.2f ms | %.1f | %.2f ms | %.2f ms |\n", text, ours.Seconds()*1e3, bare[0].Seconds()*1e3, float64(ours)/float64(bare[0]), bare[1].Seconds()*1e3, bare[2].Seconds()*1e3)
	}
}

// bareMatch measures a page in turn with what SQLite alone takes, part by part, the newest
// first: for as many rows as a page needs with all that the list has of them, for their
// numbers alone, and at last for those of all that match.
func (s sized) bareMatch(b *testing.B, match string, page func() error) []time.Duration {
	b.Helper()
	db, err := sql.Open("sqlite3", "file:"+s.path+"?mode=ro&_stmt_cache_size=100")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var parts []any
	for _, row := range query(b, s.Store, `SELECT part FROM search_parts ORDER BY part DESC`) {
		parts = append(parts, row[0])
	}
	const (
		numbers = `SELECT docid FROM search_%[1]d WHERE search_%[1]d MATCH ? ORDER BY docid DESC LIMIT ?`
		rows    = `SELECT f.* FROM (` + numbers + `) d CROSS JOIN search_rows r ON r.doc = d.docid CROSS JOIN failures f ON f.n = r.n`
	)
	bare := func(query string, most int) func() error {
		return func() error { return readParts(b, db, parts, query, match, most) }
	}
	costs := medians(b, tries, page, bare(rows, pageRows+1), bare(numbers, pageRows+1))
	return append(costs, medians(b, 11, bare(numbers, 1<<30))...)
}

// readParts reads rows of one part of the index after the other, until there are enough.
func readParts(b *testing.B, db *sql.DB, parts []any, query, match string, most int) error {
	b.Helper()
	for _, part := range parts {
		read, err := readRows(b.Context(), db, fmt.Sprintf(query, part), match, most)
		if most -= read; err != nil || most <= 0 {
			return err
		}
	}
	return nil
}

// readRows reads all rows of a query, and returns how many there were.
func readRows(ctx context.Context, db *sql.DB, query string, args ...any) (n int, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	into := make([]any, len(columns))
	for i := range into {
		into[i] = new(any)
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}
