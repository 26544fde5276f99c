package lifecycle

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/traffic"
	"flagrante/draft"
)

const (
	// usual is how far before the window what is usual is looked for.
	usual = 24 * time.Hour
	// reach is how far back from the end of the window the failures since the last
	// success are looked for.
	reach = 72 * time.Hour
	// recovery is how long after a window a success is looked for.
	recovery = 30 * 24 * time.Hour
	// samples is how many failures say how long failures take.
	samples = 200
)

// figures returns the numbers around g in a stretch, and how long calls take where timed
// asks for that: it is read of every minute of a day.
func (b *Book) figures(ctx context.Context, g capture.Group, in stretch, timed bool) (draft.Figures, error) {
	c := &counter{store: b.store, group: g, from: in.end.Add(-in.length), end: in.end, tallies: map[string]*draft.Tally{}}
	c.n.Window, c.n.End = in.length, in.end
	host, err := b.store.Host(ctx, g.Host, store.Span{Back: in.end.Add(-reach), From: c.from, To: in.end}, c.prints()...)
	if err != nil {
		return draft.Figures{}, err
	}
	c.hosts(host)
	if err := errors.Join(c.usual(ctx), c.recurring(ctx), c.goodAfter(ctx), c.healed(ctx)); err != nil {
		return draft.Figures{}, err
	}
	if timed {
		if err := c.latency(ctx); err != nil {
			return draft.Figures{}, err
		}
	}
	return c.figures(), nil
}

// tail returns when the last failure of a host was that belongs to the same trouble
// as the one at last.
func (b *Book) tail(ctx context.Context, host string, last time.Time) (time.Time, error) {
	after, err := b.store.LastFailing(ctx, host, last, last.Add(draft.Tail))
	return later(last, after), err
}

// counter adds up the figures of one window.
type counter struct {
	store     *store.Store
	group     capture.Group
	from, end time.Time
	tallies   map[string]*draft.Tally
	host      draft.Tally
	n         draft.Figures
}

// scope is what the group is about: an endpoint, or a host that fails.
func (c *counter) scope() store.Scope {
	if len(c.group.Members) > 0 {
		return store.Scope{Host: c.group.Host}
	}
	return store.Scope{Endpoint: c.group.Endpoint}
}

// prints are the fingerprints of the failures of the group.
func (c *counter) prints() []string {
	if len(c.group.Members) == 0 {
		return []string{c.group.Fingerprint}
	}
	prints := make([]string, len(c.group.Members))
	for i, m := range c.group.Members {
		prints[i] = m.Fingerprint
	}
	return prints
}

// endpoints are those that the group is about: of a host that fails, those that failed.
func (c *counter) endpoints() []string {
	if len(c.group.Members) == 0 {
		return []string{c.group.Endpoint}
	}
	names := make([]string, len(c.group.Members))
	for i, m := range c.group.Members {
		names[i] = m.Endpoint
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (c *counter) tally(endpoint string) *draft.Tally {
	t := c.tallies[endpoint]
	if t == nil {
		t = &draft.Tally{}
		c.tallies[endpoint] = t
	}
	return t
}

// hosts adds the calls to the host in the window, and the failures of all its groups.
func (c *counter) hosts(h store.Host) {
	c.host.LastGood, c.n.Blurred = h.LastGood, h.Blurred
	for _, called := range h.Called {
		c.host.Total += called.Calls
		t := c.tally(called.Endpoint)
		t.Total += called.Calls
		t.LastGood = later(t.LastGood, called.LastGood)
	}
	own := c.prints()
	for _, f := range h.Failing {
		t := c.tally(f.Endpoint)
		t.LastGood = later(t.LastGood, f.LastGood)
		last := f.LastSeen
		if last.After(c.end) {
			last = c.end
		}
		add(t, f, last, f.Since)
		add(&c.host, f, last, f.SinceHost)
		if slices.Contains(own, f.Fingerprint) {
			c.n.Group += f.Failures
		}
	}
}

// usual counts the calls before the window, and says whether any are counted up to its end.
func (c *counter) usual(ctx context.Context) error {
	before, known, err := c.store.Before(ctx, c.scope(), c.from.Add(-usual), c.from.Truncate(time.Minute), c.end.Add(time.Microsecond))
	if err != nil {
		return err
	}
	c.n.Known = known
	c.n.Usual.Total, c.n.Usual.Failing = before.Calls, before.Failures
	if !before.First.IsZero() {
		c.n.Usual.Span = c.from.Sub(before.First)
	}
	return nil
}

// recurring counts the failures of the group in the window and what is usual.
func (c *counter) recurring(ctx context.Context) error {
	for _, name := range c.prints() {
		n, err := c.store.Since(ctx, name, c.from.Add(-usual), c.end)
		if err != nil {
			return err
		}
		c.n.Recurring += n
	}
	return nil
}

// goodAfter looks for the first success after the window.
func (c *counter) goodAfter(ctx context.Context) error {
	for _, endpoint := range c.endpoints() {
		at, err := c.store.GoodAfter(ctx, endpoint, c.end, c.end.Add(recovery))
		if err != nil {
			return err
		}
		if !at.IsZero() && (c.n.GoodAfter.IsZero() || at.Before(c.n.GoodAfter)) {
			c.n.GoodAfter = at
		}
	}
	return nil
}

func add(t *draft.Tally, f store.Failing, last time.Time, since int64) {
	t.Failing += f.Failures
	t.FailingSince += since
	if draft.Fault(f.Kind, f.Status) {
		t.Faults += f.Failures
		t.FaultsSince += since
	}
	t.LastFailing = later(t.LastFailing, last)
	// Calls are counted a little after failures are stored.
	t.Total = max(t.Total, t.Failing)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (c *counter) figures() draft.Figures {
	n := &c.n
	n.Host = c.host
	n.Endpoint = c.host
	if t := c.tallies[c.group.Endpoint]; len(c.group.Members) == 0 && t != nil {
		n.Endpoint = *t
	}
	for _, endpoint := range slices.Sorted(maps.Keys(c.tallies)) {
		t := draft.EndpointTally{Endpoint: endpoint, Tally: *c.tallies[endpoint]}
		switch {
		case t.Total > 0:
			n.Endpoints = append(n.Endpoints, t)
		case t.FailingSince > 0:
			n.Quiet = append(n.Quiet, t)
		}
	}
	return *n
}

// healed counts the failures that a retry made good.
func (c *counter) healed(ctx context.Context) (err error) {
	c.n.Healed, err = c.store.Healed(ctx, c.group.Fingerprint, c.from, c.end)
	return err
}

// latency compares how long the failures took with the calls of minutes without failures,
// or of all minutes where there are none.
func (c *counter) latency(ctx context.Context) error {
	minutes, err := c.store.Minutes(ctx, c.scope(), c.from.Add(-usual), c.end.Add(time.Microsecond))
	if err != nil {
		return err
	}
	var good, all traffic.Latency
	for _, m := range minutes {
		all.Merge(m.Latency)
		if m.Failures == 0 {
			good.Merge(m.Latency)
		}
	}
	baseline := good
	if baseline.Count() == 0 {
		baseline = all
	}
	c.n.Latency = draft.Latency{Calls: baseline.Count(), P50: baseline.Quantile(0.5), P99: baseline.Quantile(0.99)}
	durations, err := c.store.Durations(ctx, c.group.Fingerprint, c.end, samples)
	if err != nil {
		return err
	}
	if slices.Sort(durations); len(durations) > 0 {
		c.n.Latency.Failures = durations[len(durations)/2]
	}
	return nil
}

// credential finds the last success of the host before the first failure of a group that
// carried a credential, of an endpoint that did not succeed since. Only refusals ask for it.
func (b *Book) credential(ctx context.Context, g capture.Group) (last time.Time, err error) {
	if g.Status != 401 && g.Status != 403 {
		return last, nil
	}
	before, err := b.store.Host(ctx, g.Host, store.Span{Back: g.FirstSeen.Add(-reach), From: g.FirstSeen.Add(-usual), To: g.FirstSeen})
	if err != nil {
		return last, err
	}
	for _, called := range before.Called {
		x, err := b.store.LastGood(ctx, called.Endpoint)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return last, err
		}
		if x.Start.Before(g.FirstSeen) && x.Request.Header.Get("Authorization") != "" {
			last = later(last, x.Start)
		}
	}
	return last, nil
}
