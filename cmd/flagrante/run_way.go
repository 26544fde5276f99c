package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/app"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/serving"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/desk/service"
	"flagrante/draft/lifecycle"
	"flagrante/draft/text"
)

// way is the proxy that a command's calls go through: one of our own, or the one
// that serves the data folder already.
type way struct {
	*archive.Archive
	// own is nil when another process serves.
	own   *app.App
	other serving.State
	ask   func(ctx context.Context, path string, into any) error
	token string
	// before are the counters at the start, begun the time.
	before service.Status
	begun  time.Time
	now    func() time.Time
}

// way finds the running flagrante, or opens one for the command.
func (r *runCmd) way(ctx context.Context, c *cli, conf config.Config, w world.World) (*way, error) {
	dir := c.dataDir(w)
	running, err := serving.Find(dir)
	switch {
	case errors.Is(err, serving.ErrNone):
		return r.ownWay(ctx, dir, conf, w)
	case err != nil:
		return nil, err
	}
	client := deskClient{base: "http://" + running.Desk}
	if client.token, err = datadir.ReadToken(datadir.TokenFile(dir)); err != nil {
		return nil, err
	}
	way := &way{other: running, token: client.token, begun: w.Now(), now: w.Now, ask: func(ctx context.Context, path string, into any) error {
		return client.ask(ctx, http.MethodGet, path, into)
	}}
	if err := way.ask(ctx, "/api/v1/status", &way.before); err != nil {
		return nil, hinted.New(err, fmt.Sprintf("the flagrante with process ID %d serves this folder; stop it, or give another folder with --data", running.PID))
	}
	way.Archive, err = archive.Open(ctx, dir, conf, w)
	return way, err
}

func (r *runCmd) ownWay(ctx context.Context, dir string, conf config.Config, w world.World) (*way, error) {
	quiet := w
	if r.LogLevel == "" {
		quiet.Err = io.Discard
	}
	log, err := r.log(quiet)
	if err != nil {
		return nil, err
	}
	// An address that was not asked for may as well be another one.
	a, err := app.Open(ctx, app.Options{
		Dir: dir, Config: conf, World: w, Log: log, Elsewhere: app.Elsewhere{Proxy: r.Proxy == "", Desk: r.Desk == ""},
	})
	if err != nil {
		return nil, err
	}
	return &way{Archive: a.Archive, own: a, token: a.Token, begun: w.Now(), now: w.Now}, nil
}

func (y *way) proxyAddr() string {
	if y.own != nil {
		return y.own.ProxyAddr.String()
	}
	return y.other.Proxy
}

func (y *way) deskAddr() string {
	if y.own != nil {
		return y.own.DeskAddr.String()
	}
	return y.other.Desk
}

func (y *way) deskURL() string { return "http://" + y.deskAddr() + "/login?token=" + y.token }

// Close ends what was opened for the command.
func (y *way) Close() error {
	if y.own != nil {
		return y.own.Close()
	}
	return y.Archive.Close()
}

// status returns the counters of what passed while the command ran. It waits until
// what was caught is stored.
func (y *way) status(ctx context.Context) (service.Status, error) {
	if y.own != nil {
		bounded, cancel := context.WithTimeout(ctx, app.ShutdownPatience)
		defer cancel()
		err := y.own.Settle(bounded)
		c := y.own.Recorder.Counts()
		return service.Status{Calls: c.Calls, Failures: c.Failures, Dropped: c.Dropped}, err
	}
	return y.otherStatus(ctx)
}

// storePatience is how long another process may take to store what it caught.
const storePatience = 2 * time.Second

func (y *way) otherStatus(ctx context.Context) (service.Status, error) {
	ctx, cancel := context.WithTimeout(ctx, storePatience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for last := (service.Status{Calls: -1}); ; {
		var now service.Status
		if err := y.ask(ctx, "/api/v1/status", &now); err != nil {
			return service.Status{}, err
		}
		now = service.Status{Calls: now.Calls - y.before.Calls, Failures: now.Failures - y.before.Failures, Dropped: now.Dropped - y.before.Dropped, Waiting: now.Waiting}
		if now == last && now.Waiting == 0 {
			caught, err := y.caught(ctx)
			if err != nil || int64(caught.failures) >= now.Failures-now.Dropped {
				return now, err
			}
		}
		last = now
		select {
		case <-tick.C:
		case <-ctx.Done():
			return now, nil
		}
	}
}

// catch is what was stored while the command ran.
type catch struct {
	failures int
	// drafts are IDs, those of the newest failures first, and counts how many
	// failures of this time each has.
	drafts []string
	counts map[string]int
}

// caught reads the failures since the command began.
func (y *way) caught(ctx context.Context) (catch, error) {
	c := catch{counts: map[string]int{}}
	for page := (store.Page{Limit: pageSize}); ; {
		failures, next, err := y.Store.Failures(ctx, page)
		if err != nil {
			return c, err
		}
		for i := range failures {
			f := &failures[i]
			if f.Time.Before(y.begun) {
				return c, nil
			}
			c.failures++
			id := lifecycle.DraftID(f)
			if f.Expected || id == "" {
				continue
			}
			if c.counts[id]++; c.counts[id] == 1 {
				c.drafts = append(c.drafts, id)
			}
		}
		if next == "" {
			return c, nil
		}
		page.After = next
	}
}

// sum says what was caught.
func (y *way) sum(ctx context.Context, out io.Writer) error {
	status, err := y.status(ctx)
	if err != nil {
		return err
	}
	caught, err := y.caught(ctx)
	if err != nil {
		return err
	}
	lines, err := y.draftLines(ctx, caught)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "flagrante: %s, %s, %s\n", counted(status.Calls, "call"), counted(int64(caught.failures), "failure"), counted(int64(len(lines)), "draft"))
	for _, line := range lines {
		fmt.Fprintf(out, "  %s\n", line)
	}
	for _, remark := range remarks(status, len(lines) > 0 && y.own != nil) {
		fmt.Fprintf(out, "flagrante: %s\n", remark)
	}
	return nil
}

// remarks say what the numbers leave open. Hidden tells that there are drafts and no desk.
func remarks(s service.Status, hidden bool) (all []string) {
	if s.Dropped > 0 {
		all = append(all, "warning: "+counted(s.Dropped, "call")+" came too fast to be looked at; the traffic was not touched")
	}
	if s.Waiting > 0 {
		all = append(all, "warning: "+counted(s.Waiting, "call")+" of all apps still had to be looked at; the desk shows what comes of them")
	}
	switch {
	case s.Calls == 0:
		all = append(all, "hint: no call went through the proxy; calls to this machine go past it unless --no-proxy= says otherwise, and docs/guide/run.en.md says what each runtime needs")
	case hidden:
		all = append(all, "hint: `flagrante serve` opens the desk")
	}
	return all
}

// draftLines returns a line for each draft, with its link. A host that fails as a
// whole has one draft, whatever failed there.
func (y *way) draftLines(ctx context.Context, c catch) ([]string, error) {
	var lines []string
	seen := map[string]bool{}
	for _, id := range c.drafts {
		d, err := y.Book.Draft(ctx, id)
		if errors.Is(err, lifecycle.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if seen[d.ID] {
			continue
		}
		seen[d.ID] = true
		lines = append(lines, fmt.Sprintf("%s  %s  http://%s/drafts/%s", d.SeverityLabel, text.Visible(d.Title), y.deskAddr(), d.ID))
	}
	return lines, nil
}

// counted writes a number with its word.
func counted(n int64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
