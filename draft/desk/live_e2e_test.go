//go:build e2e

package desk

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"flagrante/capture"
)

// TestTheFirstRun is the story of somebody who has nothing but an app: what to set, copied
// for each platform, and the page that ticks as soon as a call comes.
func TestTheFirstRun(t *testing.T) {
	s := stage(t, nil)
	ctx, said := s.enter(t, "/?lang=en", ".ticks")
	clipboard(t, ctx)
	ways := get(t, ctx, chromedp.Evaluate[map[string]string](`Object.fromEntries([...document.querySelectorAll("pre[id^=way-]")].map(way => [way.id, way.textContent]))`))
	if len(ways) < 5 {
		t.Fatalf("the page has only the ways %v", ways)
	}
	for id, lines := range ways {
		if strings.TrimSpace(lines) == "" {
			t.Errorf("%s says nothing", id)
		}
		run(t, ctx, `document.querySelector("#`+id+`").closest("details").open = true`)
		answers(t, ctx, `button[data-copy="`+id+`"]`, "Copied")
		if got := copied(t, ctx); got != lines {
			t.Errorf("%s: copied %q", id, got)
		}
	}
	// Paused, even the empty page says that it is.
	do(t, ctx, press("[data-pause]"))
	comes(t, ctx, `document.querySelector("[data-paused-note]").checkVisibility() && document.querySelector("[data-meanwhile]").textContent === "Since then, calls: 0, failures: 0."`)
	do(t, ctx, press("[data-pause]"))
	comes(t, ctx, `document.querySelector("[data-first-call]").textContent === "Waiting for the first call through the proxy"`)
	s.pass("api.bank.example")
	comes(t, ctx, `document.querySelector("[data-first-call].done")?.textContent === "First call seen" && document.querySelector(".passed").textContent === "1 call passed, 0 failures."`)
	s.fail(t, again("f1", "v2-aaaaaaaaaaaa", 0))
	comes(t, ctx, `document.querySelector("[data-rows] tr")?.dataset.id === "d-aaaaaaaaaa"`)
	said.quiet(t)
}

// rowsShown lists the drafts of the page in their order, with how often they failed.
const rowsShown = `[...document.querySelectorAll("[data-rows] tr")].map((row) => row.dataset.id + " " + row.querySelector(".num").childNodes[1].textContent).join(", ")`

func TestFailuresArriveWhileSomebodyLooks(t *testing.T) {
	s := stage(t, []*capture.Failure{again("f1", "v2-aaaaaaaaaaaa", 0)})
	ctx, said := s.enter(t, "/?lang=en", ".drafts")
	comes(t, ctx, rowsShown+` === "d-aaaaaaaaaa 1"`)
	s.fail(t, again("f2", "v2-aaaaaaaaaaaa", time.Minute))
	comes(t, ctx, rowsShown+` === "d-aaaaaaaaaa 2"`)
	s.fail(t, again("f3", "v2-bbbbbbbbbbbb", 2*time.Minute))
	comes(t, ctx, rowsShown+` === "d-bbbbbbbbbb 1, d-aaaaaaaaaa 2" && document.querySelector("tr.fresh").dataset.id === "d-bbbbbbbbbb"`)

	// Under somebody's hand nothing moves: a button offers what is new.
	run(t, ctx, `document.querySelector("[data-rows] input").click()`)
	s.fail(t, again("f4", "v2-cccccccccccc", 3*time.Minute))
	comes(t, ctx, `document.querySelector("[data-show]").textContent === "1 new: show" && `+rowsShown+` === "d-bbbbbbbbbb 1, d-aaaaaaaaaa 2"`)
	do(t, ctx, press("[data-show]"))
	comes(t, ctx, rowsShown+` === "d-cccccccccc 1, d-bbbbbbbbbb 1, d-aaaaaaaaaa 2" && document.querySelector("[data-rows] tr:nth-child(2) input").checked`)
	run(t, ctx, `document.querySelector("[data-none]").click()`)

	// Paused, the page stays as it is, says so, and goes on from there.
	do(t, ctx, press("[data-pause]"))
	comes(t, ctx, `!document.querySelector("[data-paused-note]").hidden && document.querySelector("[data-pause]").textContent === "Resume"`)
	s.fail(t, again("f5", "v2-dddddddddddd", 4*time.Minute))
	comes(t, ctx, `document.querySelector("[data-meanwhile]").textContent === "Since then, calls: 1, failures: 1." && document.querySelector("[data-count=failures]").textContent === "5"`)
	comes(t, ctx, rowsShown+` === "d-cccccccccc 1, d-bbbbbbbbbb 1, d-aaaaaaaaaa 2"`)
	do(t, ctx, press("[data-pause]"))
	comes(t, ctx, rowsShown+`.startsWith("d-dddddddddd 1, d-cccccccccc 1") && document.querySelector("[data-paused-note]").hidden`)

	// What happens while the line is cut is not missed.
	s.CloseClientConnections()
	s.fail(t, again("f6", "v2-eeeeeeeeeeee", 5*time.Minute))
	comes(t, ctx, rowsShown+`.startsWith("d-eeeeeeeeee 1, d-dddddddddd 1")`)
	// The cut is told by the browser.
	said.only(t, "ERR_", "404")
}

func TestTheStripShowsEveryCall(t *testing.T) {
	s := stage(t, []*capture.Failure{again("f1", "v2-aaaaaaaaaaaa", 0)})
	ctx, said := s.enter(t, "/traffic?lang=en", ".strip")
	const dots = `[...document.querySelectorAll("[data-strip] .dot")].map((dot) => dot.classList[1]).join(" ")`
	comes(t, ctx, dots+` === "broken"`)
	s.pass("api.bank.example")
	comes(t, ctx, dots+` === "broken ok" && document.querySelector("[data-strip] .ok").title === "GET api.bank.example 200 · 12 ms"`)
	s.fail(t, again("f2", "v2-aaaaaaaaaaaa", time.Minute))
	comes(t, ctx, dots+` === "broken ok broken" && document.querySelector("[data-rows] tr").dataset.id === "f2"`)
	do(t, ctx, press("[data-pause]"))
	s.pass("api.bank.example")
	comes(t, ctx, `document.querySelector("[data-count=calls]").textContent === "4"`)
	comes(t, ctx, dots+` === "broken ok broken"`)
	do(t, ctx, press("[data-pause]"))
	for range 300 {
		s.pass("api.bank.example")
	}
	comes(t, ctx, `document.querySelector("[data-count=calls]").textContent === "304" && document.querySelectorAll("[data-strip] .dot").length > 60`)

	// A failure is pinned where it stands, by mouse and by key, and found again.
	do(t, ctx, press(`tr[data-id=f1] [data-pin]`))
	comes(t, ctx, `document.querySelector("tr[data-id=f1] [data-pin]").getAttribute("aria-pressed") === "true"`)
	keys(t, ctx, "jp")
	comes(t, ctx, `document.querySelector("tr[data-id=f2] [data-pin]").getAttribute("aria-pressed") === "true"`)
	keys(t, ctx, "kj\r")
	comes(t, ctx, `location.pathname === "/failures/f1" && `+awake)
	writes(t, ctx, "#note-text", "Falei com o banco")
	do(t, ctx, press(`#marks form:has(#note-text) button`))
	comes(t, ctx, `document.querySelector("#marks .line")?.textContent === "Falei com o banco desk"`)
	writes(t, ctx, "#tags-add", "pix, urgente")
	do(t, ctx, press(`#marks form:has(#tags-add) button`))
	comes(t, ctx, `document.querySelector('#marks button[value=urgente]')`)
	do(t, ctx, press(`#marks button[value=urgente]`))
	comes(t, ctx, `document.querySelector("#marks button[value=pix]") && !document.querySelector("#marks button[value=urgente]")`)
	do(t, ctx, chromedp.Navigate(s.URL+"/traffic?q=tag%3Apix+is%3Apinned"))
	comes(t, ctx, `[...document.querySelectorAll("[data-rows] tr")].map((row) => row.dataset.id).join() === "f1" && document.querySelector(".remark").textContent === "Falei com o banco"`)
	said.quiet(t)
}

func TestTheEvidenceFollows(t *testing.T) {
	s := stage(t, []*capture.Failure{again("f1", "v2-aaaaaaaaaaaa", 0)})
	ctx, said := s.enter(t, "/drafts/d-aaaaaaaaaa?lang=en", "[data-key]")
	key := func(want ...string) string {
		text := ""
		for i, id := range want {
			if i > 0 {
				text += " "
			}
			text += id + ".0"
		}
		return fmt.Sprintf(`document.querySelector("[data-key]").dataset.key === %s`, strconv.Quote(text))
	}
	comes(t, ctx, key("f1"))
	s.fail(t, again("f2", "v2-aaaaaaaaaaaa", time.Minute))
	comes(t, ctx, key("f2", "f1")+` && document.querySelector("details.failure code").textContent === "f2"`)
	// Somebody who has unfolded something is asked before it is replaced.
	do(t, ctx, press(`details.failure:nth-of-type(2) > summary`))
	s.fail(t, again("f3", "v2-aaaaaaaaaaaa", 2*time.Minute))
	comes(t, ctx, key("f2", "f1")+` && !document.querySelector("[data-newer]").disabled && document.querySelectorAll("details.failure[open]").length === 2`)
	do(t, ctx, press(`[data-newer]`))
	comes(t, ctx, key("f3", "f1")+` && document.querySelector("[data-newer]").disabled`)
	said.quiet(t)
}

// A page of which the desk is gone says that it may be old, and takes it back.
func TestAPageWithoutItsDeskSaysSo(t *testing.T) {
	s := stage(t, []*capture.Failure{again("f1", "v2-aaaaaaaaaaaa", 0)})
	ctx, said := s.enter(t, "/?lang=en", ".drafts")
	comes(t, ctx, awake)
	offline := func(gone bool) {
		if _, err := chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Offline: gone, DownloadThroughput: -1, UploadThroughput: -1}},
		}); err != nil {
			t.Fatal(err)
		}
	}
	offline(true)
	s.CloseClientConnections()
	comes(t, ctx, `document.querySelector("[data-unheard]").checkVisibility()`)
	offline(false)
	comes(t, ctx, `!document.querySelector("[data-unheard]").checkVisibility()`)
	said.only(t, "ERR_")
}
