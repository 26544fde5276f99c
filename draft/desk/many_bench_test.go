package desk

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/lifecycle"
	"flagrante/draft/profile"
	"flagrante/proxy"
)

// tenThousand returns a desk over a real store with as many drafts, each of one
// failure.
func tenThousand(b testing.TB) http.Handler {
	b.Helper()
	const batch = 500
	many := 10_000
	if testing.Short() {
		many = 1000
	}
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "flagrante.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
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
	guide, err := profile.Default()
	if err != nil {
		b.Fatal(err)
	}
	book := lifecycle.New(s, compose.Settings{Profile: guide, Lang: draft.Portuguese, Zone: time.UTC})
	for left := true; left; {
		if left, err = book.Refresh(b.Context(), many); err != nil {
			b.Fatal(err)
		}
	}
	o := optionsOf(b, &memory{})
	o.Book, o.Drafts = book, book
	h, err := New(o)
	if err != nil {
		b.Fatal(err)
	}
	return h
}

// BenchmarkDeskOfTenThousand opens the list of 10,000 drafts in its ways, and one draft
// of them: how long the desk works at each, and how heavy a page and all that it loads
// are. With -short it is a thousand.
func BenchmarkDeskOfTenThousand(b *testing.B) {
	h := tenThousand(b)
	all, err := readAssets()
	if err != nil {
		b.Fatal(err)
	}
	loaded := 0
	for _, a := range all {
		loaded += len(a.data)
	}
	for _, page := range []struct{ name, target string }{
		{"first page", "/"}, {"filtered", "/?q=" + url.QueryEscape("host:api7.bank.example severity>=low")}, {"a word", "/?q=" + url.QueryEscape("payments/77")},
		{"API", "/api/v1/drafts?limit=50"}, {"one draft", "/drafts/d-0000000077"},
	} {
		b.Run(page.name, func(b *testing.B) {
			var got *httptest.ResponseRecorder
			for b.Loop() {
				if got = ask(h, "GET", page.target, ""); got.Code != http.StatusOK {
					b.Fatalf("got %d: %s", got.Code, got.Body)
				}
			}
			b.ReportMetric(float64(got.Body.Len())/1024, "KiB-page")
			b.ReportMetric(float64(loaded)/1024, "KiB-assets")
		})
	}
}
