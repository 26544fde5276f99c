package lifecycle_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/lifecycle"
	"flagrante/draft/profile"
)

// BenchmarkDrafts measures what pages of the list cost with ten thousand drafts,
// beside the same with a thousand: the ratio of both is what counts. It is run by
// `make bench-store`.
func BenchmarkDrafts(b *testing.B) {
	sizes := []int{1000, 10_000}
	if testing.Short() {
		sizes = []int{100, 1000}
	}
	names := []string{"first page", "last page", "by severity", "filtered", "one draft"}
	costs := map[string][]time.Duration{}
	for _, size := range sizes {
		book := shelved(b, size)
		for _, name := range names {
			costs[name] = append(costs[name], median(b, 9, listing(b, book, name)))
		}
	}
	table := fmt.Sprintf("\n| what | %d drafts | %d drafts | ratio |\n| --- | --- | --- | --- |\n", sizes[0], sizes[1])
	for _, name := range names {
		c := costs[name]
		table += fmt.Sprintf("| %s | %.2f ms | %.2f ms | %.2f |\n", name, c[0].Seconds()*1e3, c[1].Seconds()*1e3, float64(c[1])/float64(c[0]))
	}
	b.Log(table)
}

// listing is what is measured. Pages have 50 drafts.
func listing(b *testing.B, book *lifecycle.Book, name string) func() error {
	b.Helper()
	find := func(q lifecycle.Query) func() error {
		q.Limit = 50
		return func() error {
			found, _, err := book.Find(b.Context(), q)
			if err == nil && len(found) == 0 {
				err = fmt.Errorf("%s: no draft", name)
			}
			return err
		}
	}
	switch name {
	case "last page":
		return find(lifecycle.Query{Ascending: true})
	case "by severity":
		return find(lifecycle.Query{Sort: "severity"})
	case "filtered":
		return find(lifecycle.Query{Where: `drafts.host = ? AND drafts.severity <> ?`, Args: []any{"api-3.banco.example", "critical"}})
	case "one draft":
		all, _, err := book.Find(b.Context(), lifecycle.Query{Limit: 1})
		if err != nil {
			b.Fatal(err)
		}
		return func() error { _, err := book.Draft(b.Context(), all[0].ID); return err }
	}
	return find(lifecycle.Query{})
}

// shelved is a book with so many drafts of a failure or two each.
func shelved(b *testing.B, size int) *lifecycle.Book {
	b.Helper()
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "flagrante.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	l := newLibrary()
	for n := 0; n < size; {
		var batch capture.Batch
		for ; len(batch.Failures) < benchBatch && n < size; n++ {
			f := l.failure(n)
			f.Fingerprint = fmt.Sprintf("v2-%010dabcdef", n)
			f.Endpoint = fmt.Sprintf("POST %s/v1/recurso-%d/{id}", f.Host, n)
			batch.Failures = append(batch.Failures, f)
		}
		if _, err := s.Append(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	guide, err := profile.Default()
	if err != nil {
		b.Fatal(err)
	}
	book := lifecycle.New(s, compose.Settings{Profile: guide, Lang: draft.Portuguese, Zone: time.UTC})
	for left := true; left; {
		if left, err = book.Refresh(b.Context(), 500); err != nil {
			b.Fatal(err)
		}
	}
	return book
}
