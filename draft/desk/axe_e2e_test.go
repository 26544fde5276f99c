//go:build e2e

package desk

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"flagrante/draft/desk/service"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axe returns the script of axe-core, which .ci/need has fetched.
func axe(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	script, err := os.ReadFile(filepath.Join(cache, "flagrante-e2e", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("run `.ci/need axe-core`: %v", err)
	}
	return string(script)
}

// violations asks axe for what keeps people out of the page (WCAG 2.2 up to AA), and
// for what good practice asks besides.
const violations = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]})
	.then((found) => found.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target.join(" ") + " " + (n.any[0] ?? n.all[0] ?? n.none[0])?.message).join("; ")))`

// look is how a page is looked at.
type look struct {
	lang, scheme string
	width        int64
}

func (l look) String() string {
	return l.lang + ", " + l.scheme + ", " + strconv.FormatInt(l.width, 10)
}

func (l look) apply(t *testing.T, ctx context.Context) {
	t.Helper()
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: l.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.EmulateViewport(l.width, 900))
}

func TestPagesKeepNobodyOut(t *testing.T) {
	script := axe(t)
	all := composed(t)
	full, empty := serveDesk(t, &memory{drafts: all}, distrusting(new([]string)), func(o *service.Options) { o.Pictures = showing(t, "k3f9qa2m") }), serveDesk(t, &memory{})
	server := httptest.NewServer(stored(t, withTeam(team(t))))
	t.Cleanup(server.Close)
	const portal = "/export/banco"
	joined := httptest.NewServer(storedOf(t, outage()))
	t.Cleanup(joined.Close)
	h, _ := captured(t)
	ask(h, "POST", "/failures/f1/mark", "pinned=1&note=Falei&add=pix")
	marked := httptest.NewServer(h)
	t.Cleanup(marked.Close)
	ctx, _ := browse(t)
	for _, desk := range []string{full, empty, server.URL, joined.URL, marked.URL} {
		do(t, ctx, chromedp.Navigate(desk+"/login?token="+token), shown("main > *"))
	}
	do(t, ctx, chromedp.Navigate(joined.URL+"/drafts/d-aaaaaaaaaa"), shown("#related"))
	pages := []string{
		full + "/", full + "/?q=state:x", full + "/?done=ignored&n=2&undo=d-1.2", empty + "/", full + "/traffic", empty + "/traffic", full + "/setup",
		full + "/drafts/d-k3f9qa2m", full + "/drafts/d-tls0cert", full + "/drafts/d-h0st1le0", server.URL + "/drafts/d-aaaaaaaaaa",
		joined.URL + "/drafts/d-aaaaaaaaaa", marked.URL + "/traffic", marked.URL + "/failures/f1", full + "/masked",
		full + portal + "?draft=d-k3f9qa2m&draft=d-val1dade&draft=d-h0st1le0", full + "/exports/banco?draft=d-val1dade&draft=d-tls0cert",
		full + "/failures/k3f9qa2m", full + "/failures/k3f9qa2m/body/response?as=hex", full + "/failures/k3f9qa2m/body/response?as=picture", full + "/drafts/d-k3f9qa2m" + portal,
		full + "/drafts/d-val1dade/receipts/r-0", full + "/drafts/none", full + "/login", server.URL + "/login",
	}
	for _, l := range []look{{"pt-BR", "light", 1360}, {"en", "dark", 360}} {
		l.apply(t, ctx)
		for _, page := range pages {
			t.Run(l.String()+strings.TrimLeft(strings.TrimPrefix(page, "http://127.0.0.1:"), "0123456789"), func(t *testing.T) { l.check(t, ctx, page, script) })
		}
	}
}

// check opens a page, and has axe look at it.
func (l look) check(t *testing.T, ctx context.Context, page, script string) {
	do(t, ctx, chromedp.Navigate(page+mark(page)+"lang="+l.lang), shown("main > *"))
	run(t, ctx, script)
	for _, v := range get(t, ctx, chromedp.Evaluate[[]string](violations, chromedp.EvalAwaitPromise)) {
		t.Error(v)
	}
	if get(t, ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > window.innerWidth`)) {
		t.Error("it scrolls sideways")
	}
}
