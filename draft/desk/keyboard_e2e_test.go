//go:build e2e

package desk

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"flagrante/draft"
	"flagrante/draft/desk/service"
)

// keys presses keys, as a person without a mouse does.
func keys(t *testing.T, ctx context.Context, pressed string) {
	t.Helper()
	do(t, ctx, chromedp.KeyEvent(pressed))
}

// awake holds when the scripts of a page run, which keys are for.
const awake = `document.body?.dataset.stream === "on"`

// tabTo goes on with Tab until the focus is on what a selector names.
func tabTo(t *testing.T, ctx context.Context, css string) {
	t.Helper()
	for range 200 {
		keys(t, ctx, "\t")
		if get(t, ctx, chromedp.Evaluate[bool](`Boolean(document.activeElement?.matches(`+"`"+css+"`"+`))`)) {
			return
		}
	}
	t.Fatalf("Tab never comes to %s", css)
}

func TestByKeyboardFromTheInboxToTheReceipt(t *testing.T) {
	m := &memory{drafts: samples(), outcome: draft.Receipt{Ticket: "4712"}}
	m.drafts[0].ID, m.drafts[1].ID = "d-aaaaaaaaaa", "d-bbbbbbbbbb"
	server := httptest.NewServer(stored(t, func(o *service.Options) { o.Exporter = m }))
	t.Cleanup(server.Close)
	ctx, said := browse(t)
	do(t, ctx, chromedp.Navigate(server.URL+"/login?token="+token+"&next=/%3Flang=en"), shown(".drafts"))
	comes(t, ctx, awake)
	active := `document.activeElement?.closest("tr")?.dataset.id`

	keys(t, ctx, "j")
	keys(t, ctx, "j")
	comes(t, ctx, active+` === document.querySelectorAll("[data-rows] tr")[1].dataset.id`)
	keys(t, ctx, "x")
	comes(t, ctx, `document.querySelector("[data-picked]").textContent === "1 ticked" && getComputedStyle(document.querySelector(".bulk")).visibility === "visible"`)
	tabTo(t, ctx, `#bulk [value=ignored]`)
	keys(t, ctx, "\r")
	comes(t, ctx, `document.querySelector(".done p")?.textContent === "1 draft is ignored." && document.querySelectorAll("[data-rows] tr").length === 1`)
	tabTo(t, ctx, `.done button`)
	keys(t, ctx, "\r")
	comes(t, ctx, `document.querySelector(".done p")?.textContent === "1 draft is as before." && document.querySelectorAll("[data-rows] tr").length === 2`)

	comes(t, ctx, awake)
	keys(t, ctx, "?")
	comes(t, ctx, `document.querySelector("dialog[data-help]").open`)
	do(t, ctx, chromedp.KeyEvent(kb.Escape))
	comes(t, ctx, `!document.querySelector("dialog[data-help]").open`)
	// Single keys can be turned off, and on again where the footer leads.
	for _, now := range []bool{false, true} {
		tabTo(t, ctx, `[data-help-open]`)
		keys(t, ctx, "\r")
		tabTo(t, ctx, `[data-single]`)
		keys(t, ctx, " ")
		do(t, ctx, chromedp.KeyEvent(kb.Escape))
		comes(t, ctx, `document.activeElement?.matches("[data-help-open]")`)
		keys(t, ctx, "j")
		if moved := get(t, ctx, chromedp.Evaluate[bool](`Boolean(`+active+`)`)); moved != now {
			t.Errorf("single keys act: %v, expected %v", moved, now)
		}
	}
	// The filter is found, suggests, and is taken with the arrows.
	keys(t, ctx, "/")
	comes(t, ctx, `document.activeElement?.id === "q"`)
	run(t, ctx, `document.querySelector("#q").select()`)
	keys(t, ctx, "metho")
	comes(t, ctx, `document.querySelector("#q-options [role=option]")?.textContent === "method:"`)
	do(t, ctx, chromedp.KeyEvent(kb.ArrowDown))
	keys(t, ctx, "\r")
	comes(t, ctx, `document.querySelector("#q")?.value === "method:"`)
	keys(t, ctx, "GET\r")
	comes(t, ctx, `location.search.includes("method") && document.querySelectorAll("[data-rows] tr").length === 2`)

	comes(t, ctx, awake)
	keys(t, ctx, "j")
	comes(t, ctx, `document.activeElement?.closest("tr")`)
	keys(t, ctx, "e")
	comes(t, ctx, `document.activeElement?.id === "edit-title" && location.pathname.startsWith("/drafts/")`)
	run(t, ctx, `document.activeElement.select()`)
	keys(t, ctx, "Pix parado")
	comes(t, ctx, `document.querySelector(".ticket h1").textContent === "Pix parado"`)
	tabTo(t, ctx, `a[href$="/export/banco"]`)
	keys(t, ctx, "\r")
	comes(t, ctx, `document.querySelector("#outgoing")?.textContent.includes("Pix parado")`)
	tabTo(t, ctx, `form.actions button.primary`)
	keys(t, ctx, "\r")
	// Its receipt is in the fake portal only, so the page behind is another story's.
	comes(t, ctx, `location.pathname.endsWith("/receipts/r-1")`)
	if len(m.sent) != 1 || m.sent[0].Title != "Pix parado" {
		t.Errorf("sent %v", m.sent)
	}
	said.only(t, "404")
}
