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

// maskbyCmd does in a browser what QA does about a value that no rule knows: it selects it
// in the evidence of a draft, and masks it:
//
//	maskby DRAFT VALUE KIND
//
// Then it reveals the first mask that can be. The standard output is what the draft
// says after the one, and what was revealed.
func maskbyCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	ctx, stop := browser(ts)
	defer stop()
	const selecting = `(() => {
		const walk = document.createTreeWalker(document.querySelector(".evidence"), NodeFilter.SHOW_TEXT);
		for (let node = walk.nextNode(); node; node = walk.nextNode()) {
			const at = node.data.indexOf(%VALUE%);
			if (at >= 0) {
				document.getSelection().setBaseAndExtent(node, at, node, at + %VALUE%.length);
				return true;
			}
		}
		return false;
	})()`
	page := ts.Getenv("DESK") + "/drafts/" + args[0]
	ts.Check(chromedp.Do(ctx, chromedp.Navigate(ts.Getenv("DESK")+"/login?token="+ts.Getenv("TOKEN")), shown(".drafts"), chromedp.Navigate(page), shown(".evidence"), awake()))
	selected, err := chromedp.Run(ctx, chromedp.Evaluate[bool](strings.ReplaceAll(selecting, "%VALUE%", strconv.Quote(args[1]))))
	ts.Check(err)
	if !selected {
		ts.Fatalf("%q is not on the page", args[1])
	}
	const filled = `document.querySelector("form[data-mask]").elements.value.value`
	ts.Check(chromedp.Do(ctx, shown(".offer"), press(".offer"), shown("#mask-value")))
	value, err := chromedp.Run(ctx, chromedp.Evaluate[string](filled))
	ts.Check(err)
	if value != args[1] {
		ts.Fatalf("the form has %q", value)
	}
	const send = `(() => { const f = document.querySelector("form[data-mask]"); f.elements.kind.value = %KIND%; setTimeout(() => f.querySelector("button").click()); return true })()`
	_, err = chromedp.Run(ctx, chromedp.Evaluate[bool](strings.ReplaceAll(send, "%KIND%", strconv.Quote(args[2]))))
	ts.Check(err)
	ts.Check(chromedp.Do(ctx, shown(`[title~="by-hand"]`), shown(".leaf .reveal"), press(".leaf .reveal"), shown(".revealed")))
	for _, css := range []string{"main", ".revealed"} {
		said, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector(`+strconv.Quote(css)+`).textContent`))
		ts.Check(err)
		_, err = ts.Stdout().Write([]byte(said + "\n"))
		ts.Check(err)
	}
}

// selftestCmd does in a browser what somebody does who routes an app: it starts the test of
// the setup, has a client call that does not know the authority, starts the test again, and
// has the client call that was told of it:
//
//	selftest URL
//
// The standard output is what the page says after each call.
func selftestCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	ctx, stop := browser(ts)
	defer stop()
	desk := ts.Getenv("DESK")
	ts.Check(chromedp.Do(ctx, chromedp.Navigate(desk+"/login?token="+ts.Getenv("TOKEN")), shown("main"), chromedp.Navigate(desk+"/setup"), awake()))
	for _, step := range []struct {
		trust []string
		class string
	}{{nil, ".verdict.warned"}, {[]string{"--cacert", ts.Getenv("CA")}, ".verdict.good"}} {
		const waiting = `[data-trust-said].verdict:not(.good, .warned):not(:empty)`
		ts.Check(chromedp.Do(ctx, press("[data-trust]"), shown(waiting)))
		// The first client is turned away; its exit code says so, and the page has to.
		err := ts.Exec("curl", append([]string{"-sS", "-o", "answer", "-x", ts.Getenv("PROXY"), args[0]}, step.trust...)...)
		if failed := err != nil; failed != (step.trust == nil) {
			ts.Fatalf("curl %q: %v", step.trust, err)
		}
		ts.Check(chromedp.Do(ctx, shown("[data-trust-said]"+step.class)))
		said, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("[data-trust-said]").textContent`))
		ts.Check(err)
		_, err = ts.Stdout().Write([]byte(said + "\n"))
		ts.Check(err)
	}
}

// awake waits until the scripts of a page run.
func awake() chromedp.Action[chromedp.Void] { return shown(`body[data-stream="on"] main`) }

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
