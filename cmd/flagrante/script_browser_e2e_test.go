//go:build e2e

package main_test

import (
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/rogpeppe/go-internal/testscript"
)

// reviewCmd does in a browser what QA does: it opens the printed link, looks at
// a draft, at what would leave for a portal, sends that, and reads the receipt:
//
//	review DRAFT PORTAL
//
// The standard output is what the pages said, in that order.
func reviewCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	ctx, stop := browser(ts)
	defer stop()
	desk, draft := ts.Getenv("DESK"), args[0]
	steps := []struct {
		do   chromedp.Action[chromedp.Void]
		wait string
	}{
		{chromedp.Navigate(desk + "/login?token=" + ts.Getenv("TOKEN")), ".drafts"},
		{press(`a[href="/drafts/` + draft + `"]`), ".ticket"},
		{press(`a[href$="/export/` + args[1] + `"]`), "#outgoing"},
		{press("form .primary"), ".receipt"},
	}
	var said strings.Builder
	for _, step := range steps {
		ts.Check(chromedp.Do(ctx, step.do, shown(step.wait)))
		shown, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector(`+strconv.Quote(step.wait)+`).textContent`))
		ts.Check(err)
		said.WriteString(shown + "\n")
	}
	_, err := ts.Stdout().Write([]byte(said.String()))
	ts.Check(err)
}

// press clicks in the page itself: a click by node loses it when the page moves on.
func press(css string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Evaluate[bool](`setTimeout(() => document.querySelector(`+strconv.Quote(css)+`).click()) > 0`)(ctx, t)
		return chromedp.Void{}, err
	}
}

// shown waits until something of a page that is on its way can be seen. The document
// may be replaced while it is looked at: then the new one is looked at.
func shown(css string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		for {
			done, err := chromedp.WaitVisible(chromedp.CSS(css))(ctx, t)
			if err == nil || ctx.Err() != nil || !strings.Contains(err.Error(), "node with given id") {
				return done, err
			}
		}
	}
}

// browser opens a fresh browser for as long as a person would wait.
func browser(ts *testscript.TestScript) (ctx context.Context, stop func()) {
	profile, err := os.MkdirTemp(on(ts).dir, "browser-")
	ts.Check(err)
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(profile),
		chromedp.Flag("accept-lang", "pt-BR"), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
	)
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	ctx, endProcess := chromedp.NewExecAllocator(ctx, flags...)
	ctx, endTab := chromedp.NewContext(ctx)
	return ctx, func() {
		endTab()
		endProcess()
		cancel()
	}
}
