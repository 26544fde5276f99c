//go:build e2e

package desk

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/desk/service"
	"flagrante/proxy"
)

// TestBothLanguages begins with what the browser asks for, and stays with what somebody
// chose, over pages and what comes live.
func TestBothLanguages(t *testing.T) {
	s := stage(t, []*capture.Failure{again("f1", "v2-aaaaaaaaaaaa", 0)})
	ctx, said := browse(t)
	if _, err := chromedp.Call(ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": "en-GB,en;q=0.9,pt;q=0.5"}}); err != nil {
		t.Fatal(err)
	}
	head := `document.documentElement.lang + " " + document.querySelector("h1").textContent`
	do(t, ctx, chromedp.Navigate(s.URL+"/login?token="+token), shown(".drafts"))
	comes(t, ctx, head+` === "en Drafts" && `+awake)
	for _, page := range []struct{ path, en, pt string }{{"/", "Drafts", "Rascunhos"}, {"/traffic", "Traffic", "Tráfego"}, {"/setup", "Setup", "Configuração"}} {
		do(t, ctx, chromedp.Navigate(s.URL+page.path))
		comes(t, ctx, head+` === "en `+page.en+`"`)
		do(t, ctx, press(`.lang`))
		comes(t, ctx, head+` === "pt-BR `+page.pt+`"`)
		do(t, ctx, press(`.lang`))
		comes(t, ctx, head+` === "en `+page.en+`"`)
	}
	do(t, ctx, press(`.lang`))
	comes(t, ctx, head+` === "pt-BR Configuração"`)
	do(t, ctx, press(`.menu a[href="/"]`))
	comes(t, ctx, head+` === "pt-BR Rascunhos" && `+awake)
	s.fail(t, again("f2", "v2-bbbbbbbbbbbb", 60e9))
	comes(t, ctx, `document.querySelector("[data-rows] tr .state").textContent === "Novo" && document.querySelectorAll("[data-rows] tr").length === 2`)
	said.quiet(t)
}

// TestWithoutScripts goes from the list to the ticket, and through a conflict, in a browser
// that runs no scripts.
func TestWithoutScripts(t *testing.T) {
	portal := &memory{outcome: draft.Receipt{Ticket: "4712"}}
	s := stage(t, []*capture.Failure{again("f1", "v2-aaaaaaaaaaaa", 0)}, func(o *service.Options) { o.Exporter = portal })
	ctx, _ := browse(t)
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	text := func(css string) string { return get(t, ctx, chromedp.Text(chromedp.CSS(css))) }
	do(t, ctx, chromedp.Navigate(s.URL+"/login?lang=en"), shown("#token"),
		chromedp.SendKeys(chromedp.CSS("#token"), token+"\r"), shown(".drafts"),
		chromedp.Click(chromedp.CSS(`a[href="/drafts/d-aaaaaaaaaa"]`)), shown("#edit-title"))
	// Somebody else is faster.
	send(t, s.Config.Handler, "PATCH", "/api/v1/drafts/d-aaaaaaaaaa", `{"title":"Pix lento","actor":"bia"}`, "", 200)
	do(t, ctx, chromedp.SetValue(chromedp.CSS("#edit-title"), "Pix parado"), chromedp.Click(chromedp.CSS("[data-manual] button")), shown(".conflicts"))
	if got := text(".conflicts"); !strings.Contains(got, "Pix lento") || !strings.Contains(got, "Pix parado") || !strings.Contains(got, "bia") {
		t.Errorf("the conflict says %q", got)
	}
	do(t, ctx, chromedp.Click(chromedp.CSS(".conflicts .primary")), patient(chromedp.WaitNotPresent(chromedp.CSS(".conflicts"))), shown(".ticket h1"))
	if got := text(".ticket h1"); got != "Pix parado" {
		t.Errorf("the ticket is called %q", got)
	}
	do(t, ctx, chromedp.Click(chromedp.CSS(`a[href$="/export/banco"]`)), shown("#outgoing"), chromedp.Click(chromedp.CSS("form.actions .primary")), patient(chromedp.WaitNotPresent(chromedp.CSS("#outgoing"))), shown("main h1"))
	if len(portal.sent) != 1 || portal.sent[0].Title != "Pix parado" {
		t.Errorf("sent %v", portal.sent)
	}
}

// hostileBodies are bodies that want more than to be read.
func hostileBodies() map[string]proxy.Fields {
	return map[string]proxy.Fields{
		`<script>document.title='taken'</script><img src=x onerror="document.title='taken'"><svg onload="document.title='taken'"><meta http-equiv=refresh content="0; url=//evil.example">`:                               {{Name: "Content-Type", Value: "text/html"}},
		`{"a":"</pre><script>document.title='taken'</script>","__proto__":{"x":1},"` + "\u202e" + `gnp.exe":"\u2066` + "\u2066\u202b" + `","b":"javascript:document.title='taken'"}`:                                      {{Name: "Content-Type", Value: "application/json"}},
		`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><x onload="document.title='taken'">&b;<script xmlns="http://www.w3.org/1999/xhtml">document.title='taken'</script></x>`: {{Name: "Content-Type", Value: "application/xml"}},
		strings.Repeat("[", 200_000):                                                                      {{Name: "Content-Type", Value: "application/json"}},
		`{"k":[` + strings.Repeat(`"<b>x</b>",`, 90_000) + `1]}`:                                          {{Name: "Content-Type", Value: "application/json"}},
		strings.Repeat("<a>", 100_000):                                                                    {{Name: "Content-Type", Value: "text/xml"}},
		strings.Repeat("ab\u202e\u0000\u0007\u001b[31m\u2028", 40_000):                                    {{Name: "Content-Type", Value: "text/plain"}},
		string(bytes.Repeat([]byte{0, 0xff, 0xd8, '<', 's', 'c', 'r', 'i', 'p', 't', '>', 0x80}, 50_000)): {{Name: "Content-Type", Value: "image/png"}},
	}
}

func TestHostileBodiesDoNothing(t *testing.T) {
	var failures []*capture.Failure
	for body, header := range hostileBodies() {
		f := again("f"+strconv.Itoa(len(failures)), "v2-aaaaaaaaaaaa", 0)
		f.Exchange.Response.Header, f.Exchange.Response.Body = header, bodyWith(body)
		f.Exchange.Request.Body = bodyWith(body)
		f.Exchange.Request.Header = header
		failures = append(failures, f)
	}
	s := stage(t, failures)
	ctx, said := s.enter(t, "/?lang=en", ".drafts")
	const state = `document.title.includes("taken") + " " + location.origin + " " + document.querySelectorAll("main script, main iframe, main object, main img, main meta, main svg:not([aria-hidden]):not([role=img])").length + " " + /[\u202a-\u202e\u2066-\u2069\u0000\u001b]/.test(document.body.textContent)`
	pages := []string{"/drafts/d-aaaaaaaaaa"}
	for i := range failures {
		id := "/failures/f" + strconv.Itoa(i)
		pages = append(pages, id, id+"/body/response?as="+[]string{"raw&q=script", "hex"}[i%2])
	}
	for _, page := range pages {
		do(t, ctx, chromedp.Navigate(s.URL+page), shown("main > *"))
		if got, want := get(t, ctx, chromedp.Evaluate[string](state)), "false "+s.URL+" 0 false"; got != want {
			t.Errorf("%s: %s", page, got)
		}
		if size := get(t, ctx, chromedp.Evaluate[float64](`document.documentElement.outerHTML.length`)); size > 4<<20 {
			t.Errorf("%s: the page has %.0f characters", page, size)
		}
	}
	said.quiet(t)
}

// TestNothingJumps looks for shifts of the layout (Layout Instability API) while pages load,
// and while things happen that nobody asked for.
func TestNothingJumps(t *testing.T) {
	s := stage(t, []*capture.Failure{again("f1", "v2-aaaaaaaaaaaa", 0), again("f2", "v2-bbbbbbbbbbbb", 60e9)})
	ctx, said := s.enter(t, "/?lang=en", ".drafts")
	// Shifts from what somebody did within half a second count as asked for.
	const shifts = `new Promise((done) => {
		const all = [];
		new PerformanceObserver((list) => all.push(...list.getEntries())).observe({type: "layout-shift", buffered: true});
		requestAnimationFrame(() => requestAnimationFrame(() => done(all.filter((e) => !e.hadRecentInput).reduce((sum, e) => sum + e.value, 0))));
	})`
	number := 2
	for _, width := range []int64{1440, 1024, 800, 390} {
		do(t, ctx, chromedp.EmulateViewport(width, 900))
		for _, page := range []string{"/", "/traffic", "/setup", "/drafts/d-aaaaaaaaaa", "/failures/f1"} {
			do(t, ctx, chromedp.Navigate(s.URL+page), shown("main > *"))
			comes(t, ctx, awake)
			number++
			s.pass("api.bank.example")
			s.fail(t, again("f"+strconv.Itoa(number), "v2-bbbbbbbbbbbb", 60e9))
			comes(t, ctx, `Number(document.querySelector("[data-count=failures]").textContent.replace(/\D/g, "")) === `+strconv.Itoa(number))
			// "Good" is up to 0.1 (web.dev); a fifth of that is our bound.
			if sum := get(t, ctx, chromedp.Evaluate[float64](shifts, chromedp.EvalAwaitPromise)); sum > .02 {
				t.Errorf("%s at %d: shifted by %.3f", page, width, sum)
			}
		}
	}
	said.quiet(t)
}

// TestNoPageIsWiderThanItsWindow has windows of phones, of tablets, which no table fits that
// is one on a desk, and of desks.
func TestNoPageIsWiderThanItsWindow(t *testing.T) {
	s := stage(t, []*capture.Failure{again("f1", "v2-aaaaaaaaaaaa", 0)})
	ctx, said := s.enter(t, "/?lang=en", ".drafts")
	for _, width := range []int64{1024, 993, 992, 800, 390} {
		do(t, ctx, chromedp.EmulateViewport(width, 900))
		for _, page := range []string{"/", "/traffic", "/setup", "/drafts/d-aaaaaaaaaa", "/failures/f1"} {
			do(t, ctx, chromedp.Navigate(s.URL+page), shown("main > *"))
			if get(t, ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > window.innerWidth`)) {
				t.Errorf("%s is wider than a window of %d", page, width)
			}
		}
	}
	said.quiet(t)
}
