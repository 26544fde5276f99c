//go:build e2e

package desk

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"flagrante/draft"
)

// complaints collects what the browser reports: errors of scripts, lines on the
// console, violations of the policy, requests that failed.
type complaints struct {
	mu   sync.Mutex
	list []string
}

func (c *complaints) add(s string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, s)
}

func (c *complaints) listen(ctx context.Context) {
	chromedp.ListenTarget(ctx, func(event any) {
		switch e := event.(type) {
		case *cdpruntime.EventExceptionThrown:
			c.add("exception: " + e.ExceptionDetails.Error())
		case *cdpruntime.EventConsoleAPICalled:
			c.add("console: " + string(e.Type))
		case *cdplog.EventEntryAdded:
			c.add("log: " + e.Entry.Text + " " + e.Entry.URL)
		}
	})
}

// browse opens a fresh browser and returns its context.
func browse(t *testing.T) (context.Context, *complaints) {
	t.Helper()
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewExecAllocator(ctx, flags...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	said := &complaints{}
	said.listen(ctx)
	return ctx, said
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// serveDesk starts the desk on loopback; the portal behind it is the only fake.
func serveDesk(t *testing.T, m *memory) string {
	t.Helper()
	server := httptest.NewServer(openDesk(t, m))
	t.Cleanup(server.Close)
	return server.URL
}

func TestQAReviewsAndSendsADraft(t *testing.T) {
	m := &memory{drafts: samples(), outcome: draft.Receipt{Ticket: "4712", URL: "https://suporte.banco.example/Ticket/Display.html?id=4712"}}
	desk := serveDesk(t, m)
	ctx, said := browse(t)
	var address, copied, heading, body string
	do(t, ctx,
		browser.SetPermission(&browser.PermissionDescriptor{Name: "clipboard-write"}, browser.PermissionSettingGranted),
		browser.SetPermission(&browser.PermissionDescriptor{Name: "clipboard-read"}, browser.PermissionSettingGranted),
		chromedp.Navigate(desk+"/login?token="+token),
		chromedp.WaitVisible(".drafts"), chromedp.Location(&address),
	)
	if address != desk+"/" {
		t.Errorf("after the login at %s", address)
	}
	do(t, ctx,
		chromedp.Click(`a[href="/drafts/d-k3f9qa2m"]`), chromedp.WaitVisible(".ticket"),
		chromedp.Click(`button[data-copy=markdown]`), chromedp.WaitVisible(`//button[text()="Copiado"]`),
		chromedp.Evaluate(`navigator.clipboard.readText()`, &copied, func(p *cdpruntime.EvaluateParams) *cdpruntime.EvaluateParams { return p.WithAwaitPromise(true) }),
		chromedp.Click(`a[href$="/export/banco"]`), chromedp.WaitVisible("#outgoing"), chromedp.Text("#outgoing", &body),
		chromedp.Click("form .primary"), chromedp.WaitVisible(".receipt"), chromedp.Text(".receipt h1", &heading),
	)
	if !strings.Contains(copied, "SPI-503") || !strings.HasPrefix(copied, "# ") {
		t.Errorf("copied %q", copied)
	}
	if heading != "O chamado foi aberto" || len(m.sent) != 1 {
		t.Errorf("the receipt says %q, sent %d", heading, len(m.sent))
	}
	if !strings.Contains(body, m.sent[0].Title) {
		t.Errorf("previewed %s", body)
	}
	if len(said.list) > 0 {
		t.Errorf("the browser complains: %q", said.list)
	}
}

func TestHostileTextDoesNothingInABrowser(t *testing.T) {
	desk := serveDesk(t, &memory{drafts: samples()})
	ctx, said := browse(t)
	do(t, ctx, chromedp.Navigate(desk+"/login?token="+token), chromedp.WaitVisible(".drafts"))
	for _, path := range []string{"/", "/drafts/d-h0st1le0", "/drafts/d-h0st1le0/export/banco", "/drafts/d-h0st1le0/receipts/r-9"} {
		var title, address string
		do(t, ctx, chromedp.Navigate(desk+path), chromedp.WaitVisible("main"), chromedp.Title(&title), chromedp.Location(&address))
		if title == "taken" || address != desk+path {
			t.Errorf("%s: title %q at %s", path, title, address)
		}
	}
	if len(said.list) > 0 {
		t.Errorf("the browser complains: %q", said.list)
	}
}

// TestPagesFitEveryScreen looks for pages wider than the window. With
// FLAGRANTE_PICTURES set to a folder it leaves a picture of each page there.
func TestPagesFitEveryScreen(t *testing.T) {
	m := &memory{drafts: samples()}
	desk, empty := serveDesk(t, m), serveDesk(t, &memory{})
	ctx, _ := browse(t)
	do(t, ctx,
		chromedp.Navigate(empty+"/login?token="+token), chromedp.WaitVisible(".empty"),
		chromedp.Navigate(desk+"/login?token="+token), chromedp.WaitVisible(".drafts"),
	)
	for _, page := range []struct{ name, url string }{
		{"list", desk + "/"}, {"empty", empty + "/"}, {"draft", desk + "/drafts/d-k3f9qa2m"}, {"tls", desk + "/drafts/d-tls0cert"}, {"hostile", desk + "/drafts/d-h0st1le0"},
		{"preview", desk + "/drafts/d-k3f9qa2m/export/banco"}, {"sent", desk + "/drafts/d-val1dade/receipts/r-0"}, {"failed", desk + "/drafts/d-h0st1le0/receipts/r-9"},
		{"login", desk + "/login"}, {"error", desk + "/drafts/none"}, {"english", desk + "/drafts/d-k3f9qa2m?lang=en"}, {"back", desk + "/?lang=pt-BR"},
	} {
		for _, look := range []struct {
			name   string
			scheme string
			width  int64
		}{{"light", "light", 1360}, {"dark", "dark", 1360}, {"phone", "light", 390}} {
			var overflow bool
			var picture []byte
			do(t, ctx,
				emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}}),
				chromedp.EmulateViewport(look.width, 860), chromedp.Navigate(page.url), chromedp.WaitVisible("main"),
				chromedp.Evaluate(`document.documentElement.scrollWidth > window.innerWidth`, &overflow),
				chromedp.FullScreenshot(&picture, 100),
			)
			if overflow {
				t.Errorf("%s (%s) is wider than the window", page.name, look.name)
			}
			keepPicture(t, page.name+"-"+look.name+".png", picture)
		}
	}
}

func keepPicture(t *testing.T, name string, picture []byte) {
	t.Helper()
	folder := os.Getenv("FLAGRANTE_PICTURES")
	if folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name), picture, 0o600); err != nil {
		t.Fatal(err)
	}
}
