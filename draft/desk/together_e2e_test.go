//go:build e2e

package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"flagrante/capture"
)

// visit opens a browser in which a user has logged in.
func visit(t *testing.T, base, name, path string) (context.Context, *complaints) {
	t.Helper()
	ctx, said := browse(t)
	do(t, ctx, chromedp.Navigate(base+"/login?next="+path+"&lang=en"), shown("#password"))
	run(t, ctx, `document.querySelector("#user").value = "`+name+`"; document.querySelector("#password").value = "`+passwordOf(name)+`"`)
	do(t, ctx, press("form button.primary"), shown("[data-autosave], .drafts"))
	return ctx, said
}

// run evaluates statements in the page.
func run(t *testing.T, ctx context.Context, script string) {
	t.Helper()
	get(t, ctx, chromedp.Evaluate[bool](`(() => {`+script+`; return true; })()`))
}

// answers presses a button and waits until it has said something, for however short a time.
func answers(t *testing.T, ctx context.Context, button, want string) {
	t.Helper()
	// The button is hidden until its script is there.
	do(t, ctx, shown(button+":not([hidden])"))
	run(t, ctx, fmt.Sprintf(`{
		const before = document.querySelector(%q).textContent;
		const said = () => document.querySelector(%q)?.textContent;
		window.answered = new Promise((done) => new MutationObserver(() => said() !== before && done(said())).observe(document.body, {childList: true, characterData: true, subtree: true}));
	}`, button, button))
	do(t, ctx, press(button))
	if got := get(t, ctx, chromedp.Evaluate[string](`window.answered`, chromedp.EvalAwaitPromise)); got != want {
		t.Errorf("%s says %q", button, got)
	}
}

// comes waits until an expression holds, on this page or the one that follows.
func comes(t *testing.T, ctx context.Context, condition string) {
	t.Helper()
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	for {
		_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`new Promise((done) => {
			const holds = () => {
				try {
					return `+condition+`;
				} catch {
					// The page is not whole yet.
					return false;
				}
			};
			const look = () => holds() ? done(true) : requestAnimationFrame(look);
			look();
		})`, chromedp.EvalAwaitPromise))
		if err == nil {
			return
		}
		if ctx.Err() != nil || !leftThePage(err) {
			t.Fatalf("%s: %v", condition, err)
		}
	}
}

// leftThePage reports that a page went away while it was looked at.
func leftThePage(err error) bool {
	return strings.Contains(err.Error(), "navigated or closed") || strings.Contains(err.Error(), "context") && !errors.Is(err, context.DeadlineExceeded)
}

// writes types a text into a field, as far as the page can tell.
func writes(t *testing.T, ctx context.Context, field, text string) {
	t.Helper()
	run(t, ctx, `const f = document.querySelector("`+field+`"); f.value = `+strconv.Quote(text)+`; f.dispatchEvent(new Event("input", {bubbles: true}))`)
}

func TestTwoPeopleOnOneDraftSeeEachOther(t *testing.T) {
	all := team(t)
	server := httptest.NewServer(stored(t, withTeam(all)))
	t.Cleanup(server.Close)
	const page = "/drafts/d-aaaaaaaaaa"
	ana, anaSaid := visit(t, server.URL, "reviewer", page)
	bia, biaSaid := visit(t, server.URL, "admin", page)
	title := `document.querySelector("#edit-title").value`

	writes(t, ana, "#edit-title", "Pix fora do ar")
	comes(t, ana, `document.querySelector("[data-saved]").textContent.startsWith("Saved")`)
	comes(t, ana, `document.querySelector(".ticket h1").textContent === "Pix fora do ar"`)
	comes(t, bia, title+` === "Pix fora do ar"`)
	comes(t, bia, `document.querySelector("[data-notice]").textContent === "reviewer changed: Title"`)

	// Different fields do not get in each other's way.
	writes(t, bia, "#edit-severity", "critical")
	writes(t, ana, "#edit-device", "Moto G")
	for _, ctx := range []context.Context{ana, bia} {
		comes(t, ctx, `document.querySelector("#edit-severity").value === "critical" && document.querySelector("#edit-device").value === "Moto G"`)
	}

	// Bia is in the middle of a word when Ana's text comes.
	run(t, bia, `document.querySelector("#edit-title").value = "Pix lento"`)
	writes(t, ana, "#edit-title", "Pix fora do ar desde as 14h")
	comes(t, bia, `document.querySelector(".conflict blockquote")?.textContent === "Pix fora do ar desde as 14h"`)
	if got := get(t, bia, chromedp.Evaluate[string](title)); got != "Pix lento" {
		t.Errorf("the field was overwritten: %q", got)
	}
	writes(t, bia, "#edit-title", "Pix lento e depois fora do ar")
	do(t, bia, press(".conflict [data-keep]"))
	comes(t, ana, title+` === "Pix lento e depois fora do ar"`)
	comes(t, bia, `!document.querySelector(".conflict") && document.querySelector(".ticket h1").textContent === "Pix lento e depois fora do ar"`)

	do(t, ana, press(".undo button"))
	comes(t, ana, title+` === "Pix fora do ar desde as 14h"`)
	comes(t, bia, title+` === "Pix fora do ar desde as 14h"`)
	// The answer to a change that came too late is an answer, not a fault.
	anaSaid.only(t, "409")
	biaSaid.only(t, "409")
}

// Two people write a note of the same failure: what is not sent stays in its field while
// others change what is around it, and the second reads the first before it is replaced.
func TestTwoPeopleNoteOneFailure(t *testing.T) {
	s := stage(t, []*capture.Failure{again("f1", "v2-aaaaaaaaaaaa", 0)})
	ana, anaSaid := s.enter(t, "/failures/f1?lang=en", "#note-text")
	bia, biaSaid := s.enter(t, "/failures/f1?lang=en", "#note-text")
	const note, line = `document.querySelector("#note-text").value`, `document.querySelector("#marks .line")?.firstChild.textContent.trim()`
	writes(t, bia, "#note-text", "The certificate")
	writes(t, ana, "#note-text", "The bank knows")
	do(t, ana, press(`form[data-keep=note] button`))
	comes(t, ana, line+` === "The bank knows" && `+note+` === "The bank knows"`)
	comes(t, bia, line+` === "The bank knows" && `+note+` === "The certificate"`)
	do(t, bia, press(`[data-pin]`))
	comes(t, bia, `document.querySelector("[data-pin]").getAttribute("aria-pressed") === "true" && `+note+` === "The certificate"`)
	do(t, bia, press(`form[data-keep=note] button`))
	comes(t, bia, `document.querySelector(".conflicts blockquote").textContent === "The bank knows" && document.querySelector(".conflicts pre").textContent === "The certificate"`)
	do(t, bia, press(`.conflicts button`))
	comes(t, bia, `!document.querySelector(".conflicts") && `+line+` === "The certificate"`)
	comes(t, ana, line+` === "The certificate" && `+note+` === "The certificate"`)
	anaSaid.quiet(t)
	biaSaid.only(t, "409")
}

// What is not taken is said beside what was written, which stays, and goes when the desk
// knows its visitor again.
func TestNothingIsLostWhenASessionEnds(t *testing.T) {
	s := stage(t, []*capture.Failure{again("f1", "v2-aaaaaaaaaaaa", 0)})
	ctx, said := s.enter(t, "/drafts/d-aaaaaaaaaa?lang=en", "#note-text")
	comes(t, ctx, awake)
	run(t, ctx, `fetch("/logout", {method: "POST"}).then(() => { document.body.dataset.left = "yes" })`)
	comes(t, ctx, `document.body.dataset.left`)

	writes(t, ctx, "#edit-title", "Pix parado")
	comes(t, ctx, `document.querySelector("[data-saved]").textContent.startsWith("Not saved: your session ended")`)
	writes(t, ctx, "#note-text", "Falei com o suporte")
	do(t, ctx, press(`form[action$="/note"] button`))
	comes(t, ctx, `document.querySelector('form[action$="/note"] [role=alert]').textContent.startsWith("your session ended") && document.querySelector("#note-text").value === "Falei com o suporte"`)

	run(t, ctx, `fetch("/login", {method: "POST", body: new URLSearchParams({token: "`+token+`"})}).then(() => { document.body.dataset.left = "no" })`)
	comes(t, ctx, `document.body.dataset.left === "no"`)
	s.CloseClientConnections()
	comes(t, ctx, `document.querySelector("[data-saved]").textContent.startsWith("Saved") && document.querySelector(".ticket h1").textContent === "Pix parado"`)
	do(t, ctx, press(`form[action$="/note"] button`))
	comes(t, ctx, `document.querySelector("[data-region=notes]").textContent.includes("Falei com o suporte") && !document.querySelector('form[action$="/note"] [role=alert]')`)
	said.only(t, "ERR_")
}
