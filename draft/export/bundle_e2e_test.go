//go:build e2e

package export

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// TestThePageOfABundleAsksForNothing opens ticket.html from a folder, as the vendor's
// support does, and counts what it asks for and whether a script of it runs.
func TestThePageOfABundleAsksForNothing(t *testing.T) {
	d := sample()
	d.Title = `<img src="http://127.0.0.1:9/t" onerror="document.title='ran'"><script>document.title='ran'</script>`
	files, _ := unpack(t, bundleOf(t, d))
	page := filepath.Join(t.TempDir(), "ticket.html")
	if err := os.WriteFile(page, []byte(files["ticket.html"]), 0o600); err != nil {
		t.Fatal(err)
	}
	allocator, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox)...)
	t.Cleanup(stop)
	ctx, done := chromedp.NewContext(allocator)
	t.Cleanup(done)
	asked := make(chan string, 100)
	chromedp.ListenTarget(ctx, func(event any) {
		if sent, ok := event.(*network.EventRequestWillBeSent); ok {
			asked <- sent.Request.URL
		}
	})
	var title, text string
	if err := chromedp.Run(ctx, network.Enable(), chromedp.Navigate("file://"+page), chromedp.Title(&title), chromedp.Evaluate(`document.body.innerText`, &text)); err != nil {
		t.Fatal(err)
	}
	close(asked)
	got := []string{}
	for url := range asked {
		got = append(got, url)
	}
	if diff := cmp.Diff([]string{"file://" + page}, got); diff != "" || title == "ran" || len(text) < 100 {
		t.Errorf("the title is %q, %d characters, requests (-want +got):\n%s", title, len(text), diff)
	}
}
