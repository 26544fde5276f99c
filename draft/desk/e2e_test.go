//go:build e2e

package desk

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/desk/service"
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

func (c *complaints) hear(event any) {
	switch e := event.(type) {
	case *cdpruntime.EventExceptionThrown:
		c.add("exception: " + e.ExceptionDetails.Text)
	case *cdpruntime.EventConsoleAPICalled:
		c.add("console: " + string(e.Type))
	case *cdplog.EventEntryAdded:
		c.add("log: " + e.Entry.Text + " " + e.Entry.URL)
	}
}

// patience bounds each step in the browser.
const patience = 30 * time.Second

// browse opens a fresh browser and returns its context.
func browse(t testing.TB, more ...chromedp.ExecAllocatorOption) (context.Context, *complaints) {
	t.Helper()
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), append(flags, more...)...)
	t.Cleanup(stop)
	said := &complaints{}
	ctx, stop = chromedp.NewContext(ctx, chromedp.WithListener(said.hear))
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx, said
}

func do(t testing.TB, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func get[T any](t testing.TB, ctx context.Context, step chromedp.Action[T]) T {
	t.Helper()
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	value, err := chromedp.Run(ctx, step)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// serveDesk starts the desk on loopback; the portal behind it is the only fake.
func serveDesk(t *testing.T, m *memory, change ...func(*service.Options)) string {
	t.Helper()
	status := service.Status{Calls: 312}
	for _, d := range m.drafts {
		status.Failures += d.Evidence.Group.Count
		status.Calls += 17 * d.Evidence.Group.Count
	}
	server := httptest.NewServer(openDesk(t, m, append(change, func(o *service.Options) { o.Status = func() service.Status { return status } })...))
	t.Cleanup(server.Close)
	return server.URL
}

func TestQAReviewsAndSendsADraft(t *testing.T) {
	m := &memory{drafts: samples(), outcome: draft.Receipt{Ticket: "4712", URL: "https://suporte.banco.example/Ticket/Display.html?id=4712"}}
	desk := serveDesk(t, m)
	ctx, said := browse(t)
	clipboard(t, ctx)
	do(t, ctx, chromedp.Navigate(desk+"/login?token="+token), shown(".drafts"))
	if address := get(t, ctx, chromedp.Location()); address != desk+"/" {
		t.Errorf("after the login at %s", address)
	}
	do(t, ctx,
		chromedp.Navigate(desk+"/?lang=pt-BR"), shown(".drafts"),
		press(`a[href="/drafts/d-k3f9qa2m"]`), shown(".ticket"),
	)
	answers(t, ctx, `button[data-copy=markdown]`, "Copiado")
	if got := copied(t, ctx); !strings.Contains(got, "SPI-503") || !strings.HasPrefix(got, "# ") {
		t.Errorf("copied %q", got)
	}
	do(t, ctx, press(`a[href$="/export/banco"]`), shown("#outgoing"))
	body := get(t, ctx, chromedp.Evaluate[string](`document.querySelector("#outgoing").textContent`))
	do(t, ctx, press("form .primary"), shown(".receipt"))
	heading := get(t, ctx, chromedp.Evaluate[string](`document.querySelector(".receipt h1").textContent`))
	if heading != "O chamado foi aberto" || len(m.sent) != 1 {
		t.Errorf("the receipt says %q, sent %d", heading, len(m.sent))
	}
	if !strings.Contains(body, m.sent[0].Title) {
		t.Errorf("previewed %s", body)
	}
	said.quiet(t)
}

func TestHostileTextDoesNothingInABrowser(t *testing.T) {
	desk := serveDesk(t, &memory{drafts: samples()})
	ctx, said := browse(t)
	do(t, ctx, chromedp.Navigate(desk+"/login?token="+token), shown(".drafts"))
	for _, path := range []string{"/", "/drafts/d-h0st1le0", "/drafts/d-h0st1le0/export/banco", "/drafts/d-h0st1le0/receipts/r-9"} {
		do(t, ctx, chromedp.Navigate(desk+path), chromedp.WaitVisible(chromedp.CSS("main")))
		title, address := get(t, ctx, chromedp.Title()), get(t, ctx, chromedp.Location())
		if title == "taken" || address != desk+path {
			t.Errorf("%s: title %q at %s", path, title, address)
		}
	}
	said.quiet(t)
}

// TestPagesFitEveryScreen looks for pages wider than the window. With
// FLAGRANTE_PICTURES set to a folder it leaves a picture of each page there.
func TestPagesFitEveryScreen(t *testing.T) {
	all := composed(t)
	desk, empty, strange := serveDesk(t, &memory{drafts: all[:4]}), serveDesk(t, &memory{}), serveDesk(t, &memory{drafts: all})
	unread, long := serveDesk(t, &memory{drafts: all[:2]}, distrusting(new([]string))), serveDesk(t, &memory{}, func(o *service.Options) { o.Passthrough = manyDistrusted })
	ctx, _ := browse(t)
	do(t, ctx,
		chromedp.Navigate(unread+"/login?token="+token), shown(".mistrust"),
		chromedp.Navigate(empty+"/login?token="+token), chromedp.WaitVisible(chromedp.CSS(".empty")),
		chromedp.Navigate(desk+"/login?token="+token), shown(".drafts"),
	)
	for _, page := range []struct{ name, url string }{
		{"list", desk + "/?lang=pt-BR"}, {"empty", empty + "/"}, {"mistrust", unread + "/"}, {"mistrust-many", long + "/"}, {"draft", desk + "/drafts/d-k3f9qa2m"}, {"tls", desk + "/drafts/d-tls0cert"}, {"hostile", strange + "/drafts/d-h0st1le0"}, {"evidence", desk + "/drafts/d-k3f9qa2m#evidence-head"}, {"refused", desk + "/drafts/d-tls0cert#evidence-head"},
		{"preview", desk + "/drafts/d-k3f9qa2m/export/banco"}, {"sent", desk + "/drafts/d-val1dade/receipts/r-0"}, {"strangers", strange + "/"}, {"failed", strange + "/drafts/d-h0st1le0/receipts/r-9"},
		{"login", desk + "/login"}, {"error", desk + "/drafts/none"}, {"english", desk + "/drafts/d-k3f9qa2m?lang=en"},
	} {
		for _, look := range []struct {
			name   string
			scheme string
			width  int64
		}{{"light", "light", 1360}, {"dark", "dark", 1360}, {"phone", "light", 360}} {
			if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}},
			}); err != nil {
				t.Fatal(err)
			}
			do(t, ctx, chromedp.EmulateViewport(look.width, 900), chromedp.Navigate(page.url), chromedp.WaitVisible(chromedp.CSS("main")))
			if get(t, ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > window.innerWidth`)) {
				t.Errorf("%s (%s) is wider than the window", page.name, look.name)
			}
			picture := get(t, ctx, chromedp.CaptureScreenshot())
			keepPicture(t, page.name+"-"+look.name+".png", picture)
		}
	}
}

// manyDistrusted are more hosts than a window shows, with names as long as can be.
func manyDistrusted() []service.Passthrough {
	var all []service.Passthrough
	for i := range 30 {
		p := distrusted()[1]
		p.Host, p.Rejections = strings.Repeat("a", 10*i)+".banco.example:443", int64(i)
		all = append(all, p)
	}
	return all
}

func TestTheNoticeIsFollowedInABrowser(t *testing.T) {
	var mu sync.Mutex
	hosts := distrusted()
	desk := serveDesk(t, &memory{}, func(o *service.Options) {
		o.Passthrough = func() []service.Passthrough {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(hosts)
		}
		o.Forget = func(host string) bool {
			mu.Lock()
			defer mu.Unlock()
			hosts = slices.DeleteFunc(hosts, func(p service.Passthrough) bool { return p.Host == host })
			return true
		}
	})
	ctx, said := browse(t)
	do(t, ctx,
		chromedp.Navigate(desk+"/login?token="+token), shown(".mistrust"),
		press(".mistrust summary"), shown("#trust-lines"),
		press(`.mistrust button[value="api.banco.example:443"]`), patient(chromedp.WaitNotPresent(chromedp.CSS(`.mistrust button[value="api.banco.example:443"]`))),
		press(`.mistrust button[name=host]`), patient(chromedp.WaitNotPresent(chromedp.CSS(".mistrust"))),
	)
	address := get(t, ctx, chromedp.Location())
	mu.Lock()
	defer mu.Unlock()
	if address != desk+"/" || len(hosts) != 1 {
		t.Errorf("at %s, left %v", address, hosts)
	}
	said.quiet(t)
}

// composed are the samples as the product writes them.
func composed(t *testing.T) []draft.Draft {
	t.Helper()
	o := optionsOf(t, &memory{})
	var all []draft.Draft
	for _, d := range samples() {
		whole := compose.Decided(d.ID, d.Evidence, compose.Decisions{}, compose.Settings{Profile: o.Profile, Lang: o.Lang, Zone: o.Zone})
		whole.State, whole.Receipts = d.State, d.Receipts
		all = append(all, whole)
	}
	return all
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

// press clicks in the page itself: a click by node loses it when the page moves on.
func press(css string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Evaluate[bool](`setTimeout(() => document.querySelector(`+strconv.Quote(css)+`).click()) > 0`)(ctx, t)
		return chromedp.Void{}, err
	}
}

// shown waits until something of a page that is on its way can be seen.
func shown(css string) chromedp.Action[chromedp.Void] {
	return patient(chromedp.WaitVisible(chromedp.CSS(css)))
}

// patient waits on where the page is replaced while it is looked at.
func patient(wait chromedp.Action[chromedp.Void]) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		for {
			done, err := wait(ctx, t)
			if err == nil || ctx.Err() != nil || !strings.Contains(err.Error(), "node with given id") {
				return done, err
			}
		}
	}
}
