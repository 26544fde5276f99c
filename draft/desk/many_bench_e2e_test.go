//go:build e2e

package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/desk/live"
	"flagrante/draft/lifecycle"
	"flagrante/draft/profile"
	"flagrante/proxy"
)

// BenchmarkDesk opens pages over a store with 10,000 drafts (1,000 with -short), and over
// each store in the folder that FLAGRANTE_BENCH_STORES names, where `make bench-store` leaves
// its own: how long the desk works at a page, how heavy that is, and when a browser first
// shows something of it.
func BenchmarkDesk(b *testing.B) {
	many := 10_000
	if testing.Short() {
		many = 1000
	}
	files := []string{filepath.Join(b.TempDir(), fmt.Sprintf("%d drafts.db", many))}
	fill(b, files[0], many)
	if dir := os.Getenv("FLAGRANTE_BENCH_STORES"); dir != "" {
		left, err := filepath.Glob(filepath.Join(dir, "*.db"))
		if err != nil || len(left) == 0 {
			b.Fatalf("no stores in %s: %v", dir, err)
		}
		files = append(files, left...)
	}
	for _, file := range files {
		b.Run(strings.TrimSuffix(filepath.Base(file), ".db"), func(b *testing.B) { over(b, file) })
	}
}

// over opens the pages of a desk over a store.
func over(b *testing.B, file string) {
	s, book := openFilled(b, file)
	o := optionsOf(b, &memory{})
	o.Book, o.Drafts, o.Failures, o.DraftID, o.Live = book, book, s, lifecycle.DraftID, live.NewHub("bench")
	h, err := New(o)
	if err != nil {
		b.Fatal(err)
	}
	conclude(b, book)
	first, _, err := book.Find(b.Context(), lifecycle.Query{Limit: 1})
	if err != nil || len(first) != 1 {
		b.Fatalf("found %d drafts: %v", len(first), err)
	}
	server := httptest.NewServer(h)
	b.Cleanup(server.Close)
	ctx, _ := browse(b)
	do(b, ctx, chromedp.Navigate(server.URL+"/login?token="+token), shown("main > *"))
	for _, page := range []struct{ name, target string }{
		{"inbox", "/"}, {"inbox, filtered", "/?q=" + url.QueryEscape("host:api*7* severity>=low")}, {"inbox, a word", "/?q=" + url.QueryEscape("payments/77")},
		{"draft", "/drafts/" + first[0].ID}, {"traffic", "/traffic"}, {"traffic, filtered", "/traffic?q=" + url.QueryEscape("status>=500 host:api-3.*")},
		{"search", "/traffic?q=" + url.QueryEscape("recusada")},
	} {
		b.Run(page.name, func(b *testing.B) { worked(b, h, page.target) })
		b.Run(page.name+", in a browser", func(b *testing.B) { painted(ctx, b, server.URL+page.target) })
	}
}

// worked measures what a page costs the desk, and what it weighs without compression.
func worked(b *testing.B, h http.Handler, target string) {
	var got *httptest.ResponseRecorder
	for b.Loop() {
		if got = ask(h, "GET", target, ""); got.Code != http.StatusOK {
			b.Fatalf("got %d: %s", got.Code, got.Body)
		}
	}
	b.ReportMetric(float64(got.Body.Len())/1024, "KiB")
}

// painted measures when something of a page is first shown (First Contentful Paint, W3C Paint
// Timing), and by how much it jumps afterwards (Cumulative Layout Shift).
func painted(ctx context.Context, b *testing.B, address string) {
	var paint, shift float64
	for b.Loop() {
		do(b, ctx, chromedp.Navigate(address), shown("main > *"))
		paint += get(b, ctx, chromedp.Evaluate[float64](`new Promise((done) => {
			new PerformanceObserver((list) => {
				for (const e of list.getEntries()) if (e.name === "first-contentful-paint") done(e.startTime);
			}).observe({type: "paint", buffered: true});
		})`, chromedp.EvalAwaitPromise))
		shift += get(b, ctx, chromedp.Evaluate[float64](`new Promise((done) => {
			let sum = 0;
			new PerformanceObserver((list) => list.getEntries().forEach((e) => (sum += e.value))).observe({type: "layout-shift", buffered: true});
			requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
		})`, chromedp.EvalAwaitPromise))
	}
	b.ReportMetric(paint/float64(b.N), "ms-first-paint")
	b.ReportMetric(shift/float64(b.N), "layout-shift")
}

// openFilled opens a store and the book of its drafts.
func openFilled(b testing.TB, file string) (*store.Store, *lifecycle.Book) {
	b.Helper()
	s, err := store.Open(b.Context(), file)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	guide, err := profile.Default()
	if err != nil {
		b.Fatal(err)
	}
	return s, lifecycle.New(s, compose.Settings{Profile: guide, Lang: draft.Portuguese, Zone: time.UTC})
}

// fill makes a store with so many drafts, each of one failure.
func fill(b testing.TB, file string, many int) {
	b.Helper()
	const batch = 500
	s, book := openFilled(b, file)
	for i := 0; i < many; i += batch {
		var failures []*capture.Failure
		for n := i; n < i+batch; n++ {
			id := fmt.Sprintf("f%09d", n)
			failures = append(failures, &capture.Failure{
				ID: id, Time: noon.Add(time.Duration(n) * time.Second), Kind: capture.KindHTTPStatus, Host: fmt.Sprintf("api%d.bank.example", n%40),
				Endpoint: fmt.Sprintf("POST api%d.bank.example/v1/payments/%d", n%40, n), Fingerprint: fmt.Sprintf("v2-%010d", n),
				Exchange: proxy.Exchange{ID: id, Start: noon, Request: proxy.Request{Method: "POST"}, Response: &proxy.Response{Status: 503}},
			})
		}
		if _, err := s.Append(b.Context(), capture.Batch{Failures: failures}); err != nil {
			b.Fatal(err)
		}
	}
	conclude(b, book)
}

// conclude does what the program does in the background, once its settings are others.
func conclude(b testing.TB, book *lifecycle.Book) {
	b.Helper()
	for left := true; left; {
		var err error
		if left, err = book.Refresh(b.Context(), 500); err != nil {
			b.Fatal(err)
		}
	}
}
