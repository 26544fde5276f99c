//go:build e2e

package desk

import (
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/attach"
	"flagrante/draft/compose"
	"flagrante/draft/desk/live"
	"flagrante/draft/desk/service"
	"flagrante/draft/lifecycle"
)

// scene is a desk over a real store, at which things happen while somebody looks.
type scene struct {
	*httptest.Server
	store *store.Store
	hub   *live.Hub
	strip *live.Strip

	mu     sync.Mutex
	status service.Status
}

// stage opens a desk at which some failures happened already.
func stage(t *testing.T, failures []*capture.Failure, change ...func(*service.Options)) *scene {
	t.Helper()
	s := &scene{hub: live.NewHub("scene"), strip: &live.Strip{}, store: fresh(t)}
	s.Server = httptest.NewServer(openDesk(t, &memory{}, append([]func(*service.Options){s.options(t)}, change...)...))
	t.Cleanup(s.Close)
	s.fail(t, failures...)
	return s
}

func (s *scene) options(t *testing.T) func(*service.Options) {
	return func(o *service.Options) {
		var number atomic.Int64
		o.Shelf = attach.Open(t.TempDir(), attach.Options{
			Now: o.Now, NewID: func() string { return "a-" + strconv.FormatInt(number.Add(1), 10) }, Mask: func(_, _ string, text []byte) []byte { return text },
		})
		book := lifecycle.New(s.store, compose.Settings{Profile: o.Profile, Lang: draft.Portuguese, Zone: time.UTC}).WithAttachments(o.Shelf.List)
		o.Book, o.Drafts, o.Failures, o.DraftID = book, book, s.store, lifecycle.DraftID
		o.Live, o.Strip, o.Status = s.hub, s.strip, s.counts
	}
}

func (s *scene) counts() service.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// pass has a call pass that succeeds.
func (s *scene) pass(host string) {
	s.call(live.Call{At: noon, Host: host, Method: "GET", Status: 200, Millis: 12, Encrypted: true})
}

func (s *scene) call(c live.Call) {
	s.strip.Add(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status.Calls++
	if c.Status >= 400 {
		s.status.Failures++
	}
}

// fail has calls fail, and tells open pages as the product does.
func (s *scene) fail(t *testing.T, failures ...*capture.Failure) {
	t.Helper()
	if len(failures) == 0 {
		return
	}
	if _, err := s.store.Append(t.Context(), capture.Batch{Failures: failures}); err != nil {
		t.Fatal(err)
	}
	c := service.Changed{Failures: len(failures)}
	for _, f := range failures {
		s.call(live.Call{At: f.Time, Host: f.Host, Method: "GET", Status: f.Status(), Encrypted: true})
		c.Drafts = append(c.Drafts, lifecycle.DraftID(f))
	}
	s.hub.Publish(service.EventChanged, c)
}

// again is a later failure of the same problem.
func again(id, fingerprint string, later time.Duration) *capture.Failure {
	f := failingAt(id, fingerprint)
	f.Time = f.Time.Add(later)
	f.Exchange.Start = f.Time
	f.Endpoint = fmt.Sprintf("GET api.bank.example/%s", fingerprint[3:5])
	return f
}

// enter opens a browser that is logged in at a page.
func (s *scene) enter(t *testing.T, path, seen string, flags ...chromedp.ExecAllocatorOption) (context.Context, *complaints) {
	t.Helper()
	ctx, said := browse(t, flags...)
	do(t, ctx, chromedp.Navigate(s.URL+"/login?token="+token), shown("main > *"), chromedp.Navigate(s.URL+path), shown(seen))
	comes(t, ctx, awake)
	return ctx, said
}

// clipboard lets pages copy and tests read what they copied.
func clipboard(t *testing.T, ctx context.Context) {
	t.Helper()
	for _, name := range []string{"clipboard-write", "clipboard-read"} {
		if _, err := chromedp.CallBrowser(ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted,
		}); err != nil {
			t.Fatal(err)
		}
	}
	// Only a page that has the focus may copy, and here is nobody to give it.
	if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
}

// copied is what is on the clipboard.
func copied(t *testing.T, ctx context.Context) string {
	t.Helper()
	return get(t, ctx, chromedp.Evaluate[string](`navigator.clipboard.readText()`, chromedp.EvalAwaitPromise))
}

func containsAny(line string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(line, part) })
}

// quiet fails for whatever a browser complained of.
func (c *complaints) quiet(t *testing.T) {
	t.Helper()
	c.only(t)
}

// only fails for what a browser complained of, but for lines that have one of the parts.
func (c *complaints) only(t *testing.T, parts ...string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, line := range c.list {
		if !containsAny(line, parts...) {
			t.Errorf("the browser complains: %s", line)
		}
	}
}
