//go:build e2e

package export

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// TestThePageOfABundleAsksForNothing opens ticket.html from a folder, as the vendor's
// support does, and counts what it asks for and whether a script of it runs.
func TestThePageOfABundleAsksForNothing(t *testing.T) {
	var asked atomic.Int32
	beacon := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer beacon.Close()
	d := sample()
	d.Title = `<img src="` + beacon.URL + `/t" onerror="document.title='ran'"><script>document.title='ran'</script>`
	files, _ := unpack(t, bundleOf(t, d))
	page := filepath.Join(t.TempDir(), "ticket.html")
	if err := os.WriteFile(page, []byte(files["ticket.html"]), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	ctx, stop = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()))...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+page), chromedp.WaitReady(chromedp.CSS("body"))); err != nil {
		t.Fatal(err)
	}
	resources, err := chromedp.Run(ctx, chromedp.Evaluate[string](`performance.getEntriesByType("resource").map(e => e.name).join(" ")`))
	if err != nil {
		t.Fatal(err)
	}
	said, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.title + "\n" + document.body.innerText`))
	if err != nil {
		t.Fatal(err)
	}
	title, text, _ := strings.Cut(said, "\n")
	if diff := cmp.Diff("", resources); diff != "" || asked.Load() != 0 || title == "ran" || !strings.Contains(text, "v1:3c1f") {
		t.Errorf("the title is %q, %d requests, resources (-want +got):\n%s", title, asked.Load(), diff)
	}
}
