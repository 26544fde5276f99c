//go:build e2e

package desk

import (
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
)

// BenchmarkFirstPaintOfTenThousand measures in a browser when the list of 10,000 drafts
// is first seen (First Contentful Paint, W3C Paint Timing), and by how much it jumps
// afterwards (Cumulative Layout Shift).
func BenchmarkFirstPaintOfTenThousand(b *testing.B) {
	server := httptest.NewServer(tenThousand(b))
	b.Cleanup(server.Close)
	ctx, _ := browse(b)
	do(b, ctx, chromedp.Navigate(server.URL+"/login?token="+token), shown(".drafts"))
	b.ResetTimer()
	var paint, shift float64
	for b.Loop() {
		do(b, ctx, chromedp.Navigate(server.URL+"/"), shown(".drafts"))
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
