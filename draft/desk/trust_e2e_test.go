//go:build e2e

package desk

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"flagrante/draft/desk/live"
	"flagrante/draft/desk/service"
)

// TestTheSetupTestsWhetherAnAppTrustsUs presses the button, and says of each call that
// follows what it proves: of one in the clear nothing, of a certificate that was turned
// down that the app does not trust us, of one that was read that it does.
func TestTheSetupTestsWhetherAnAppTrustsUs(t *testing.T) {
	var refused atomic.Pointer[service.Passthrough]
	var ahead atomic.Int64
	s := stage(t, nil, func(o *service.Options) {
		// A clock of its own: that of the browser may say anything.
		o.Now = func() time.Time { return noon.Add(time.Duration(ahead.Load())) }
		o.Passthrough = func() []service.Passthrough {
			if p := refused.Load(); p != nil {
				return []service.Passthrough{*p}
			}
			return nil
		}
		o.Forget = func(string) bool { return refused.Swap(nil) != nil }
	})
	call := func(later time.Duration, encrypted bool) {
		s.call(live.Call{At: noon.Add(later), Host: "api.bank.example", Method: "GET", Status: 200, Encrypted: encrypted})
	}
	call(-time.Minute, true)
	ctx, said := s.enter(t, "/setup?lang=en", "[data-trust]")
	says := func(want, class string) {
		t.Helper()
		comes(t, ctx, `document.querySelector("[data-trust-said]").textContent === "`+want+`" && document.querySelector("[data-trust-said]").className.trim() === "`+class+`"`)
	}
	do(t, ctx, press("[data-trust]"))
	// The call of a minute ago proves nothing of now.
	says("Waiting for a call…", "verdict")
	call(time.Second, false)
	says("A call came without TLS: it says nothing about trust. Call an https address.", "verdict")
	refused.Store(&service.Passthrough{Host: "api.bank.example:443", Reason: service.Learned, LastRejection: noon.Add(2 * time.Second), Cause: "unknown authority"})
	says("An app turned the certificate down at api.bank.example:443: unknown authority. Have the app trust it, and start the test again.", "verdict warned")
	comes(t, ctx, `document.querySelector("#unread code")?.textContent === "api.bank.example:443"`)

	// Started again, the host is intercepted again, so that the next call can prove something.
	ahead.Store(int64(10 * time.Second))
	do(t, ctx, press("[data-trust]"))
	says("Waiting for a call…", "verdict")
	call(11*time.Second, true)
	says("Your app trusts us: a call to api.bank.example over TLS was read.", "verdict good")
	comes(t, ctx, `!document.querySelector("#unread code") && document.querySelector("#trust li").textContent.startsWith("Last call over TLS that could be read: api.bank.example")`)
	said.quiet(t)
}

// TestTheHealthIsLive has an installation fall ill and recover while somebody looks at it.
func TestTheHealthIsLive(t *testing.T) {
	var ill atomic.Bool
	s := stage(t, nil, func(o *service.Options) {
		o.Ready = func(context.Context) error {
			if ill.Load() {
				return errors.New("no room is left")
			}
			return nil
		}
	})
	ctx, said := s.enter(t, "/traffic?lang=en", "[data-pause]")
	// A list that is paused pauses itself alone.
	do(t, ctx, press("[data-pause]"))
	comes(t, ctx, `document.querySelector("[data-pause]").textContent === "Resume"`)
	do(t, ctx, chromedp.Navigate(s.URL+"/setup"))
	comes(t, ctx, `document.querySelector("#health .verdict.good").textContent === "Everything works" && `+awake)
	ill.Store(true)
	s.pass("api.bank.example")
	comes(t, ctx, `document.querySelector("#health .verdict.warned").textContent === "no room is left" && document.querySelector("#health dd").textContent === "1"`)
	ill.Store(false)
	s.pass("api.bank.example")
	comes(t, ctx, `document.querySelector("#health .verdict.good") && document.querySelector("#health dd").textContent === "2"`)
	said.quiet(t)
}
