//go:build e2e

package main_test

import (
	"context"
	"os"
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
		{chromedp.Click(chromedp.CSS(`a[href="/drafts/` + draft + `"]`)), ".ticket"},
		{chromedp.Click(chromedp.CSS(`a[href$="/export/` + args[1] + `"]`)), "#outgoing"},
		{chromedp.Click(chromedp.CSS("form .primary")), ".receipt"},
	}
	var said strings.Builder
	for _, step := range steps {
		ts.Check(chromedp.Do(ctx, step.do, chromedp.WaitVisible(chromedp.CSS(step.wait))))
		shown, err := chromedp.Run(ctx, chromedp.TextContent(chromedp.CSS(step.wait)))
		ts.Check(err)
		said.WriteString(shown + "\n")
	}
	_, err := ts.Stdout().Write([]byte(said.String()))
	ts.Check(err)
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
