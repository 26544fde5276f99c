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
	// samples is how many failures say how long failures take.
	samples = 200
)

// figures returns the numbers around g in the window that ends at end.
func (b *Book) figures(ctx context.Context, g capture.Group, end time.Time, window time.Duration) (draft.Figures, error) {
	from := end.Add(-window)
	minutes, err := b.minutes(ctx, g, from, end)
	if err != nil {
		return draft.Figures{}, err
	}
	failing, err := b.store.Failing(ctx, g.Host, from, end)
	if err != nil {
		return draft.Figures{}, err
	}
	active, err := b.store.Active(ctx, g.Host, end.Add(-reach), end)
	if err != nil {
		return draft.Figures{}, err
	}
	c := &counter{store: b.store, group: g, from: from, end: end, tallies: map[string]*draft.Tally{}, failing: merge(failing, active)}
	c.n.Window, c.n.End = window, end
	for _, f := range c.failing {
		c.tally(f.Endpoint)
	}
	for _, m := range minutes {
		c.minute(m)
	}
	if err := errors.Join(c.succeeded(ctx, from.Add(-usual), from.Truncate(time.Minute)), c.longAgo(ctx)); err != nil {
		return draft.Figures{}, err
	}
	if err := c.failures(ctx); err != nil {
		return draft.Figures{}, err
	}
	return c.figures(ctx)
}

// minutes returns the numbers of the host in the window, and those of what the group is
// about from long before to long after it: a host may have many endpoints.
func (b *Book) minutes(ctx context.Context, g capture.Group, from, end time.Time) ([]capture.Minute, error) {
	if len(g.Members) > 0 {
		return b.store.Minutes(ctx, store.Scope{Host: g.Host}, from.Add(-usual), end.Add(usual))
	}
	host, err := b.store.Minutes(ctx, store.Scope{Host: g.Host}, from.Truncate(time.Minute), end.Add(time.Microsecond))
	if err != nil {
		return nil, err
	}
	own, err := b.store.Minutes(ctx, store.Scope{Endpoint: g.Endpoint}, from.Add(-usual), end.Add(usual))
	if err != nil {
		return nil, err
	}
	for _, m := range host {
		if m.Endpoint != g.Endpoint {
			own = append(own, m)
		}
	}
	return own, nil
}

// merge adds the groups that have no failure in the window to those that have.
func merge(failing, active []store.Failing) []store.Failing {
	for _, f := range active {
		if !slices.ContainsFunc(failing, func(o store.Failing) bool { return o.Fingerprint == f.Fingerprint }) {
			failing = append(failing, f)
		}
	}
	return failing
}

// tail returns when the last failure of a host was that belongs to the same trouble
// as the one at last.
func (b *Book) tail(ctx context.Context, host string, last time.Time) (time.Time, error) {
	end := last.Add(draft.Tail)
	after, err := b.store.Failing(ctx, host, last, end)
	if err != nil {
		return last, err
	}
	for _, f := range after {
		seen := f.LastSeen
		if seen.After(end) {
			seen = end
		}
		last = later(last, seen)
	}
	return last, nil
}

// counter adds up the figures of one window.
type counter struct {
	store     *store.Store
	group     capture.Group
	from, end time.Time
	failing   []store.Failing
	tallies   map[string]*draft.Tally
	host      draft.Tally
	// good is the latency in minutes without failures, all that in all minutes.
	good, all traffic.Latency
	earliest  time.Time
	n         draft.Figures
}

// own reports whether an endpoint is what the group is about.
func (c *counter) own(endpoint string) bool {
	return endpoint == c.group.Endpoint || len(c.group.Members) > 0
}

// fails reports whether an endpoint is one of those that the group is about: of a host
// that fails, one that failed.
func (c *counter) fails(endpoint string) bool {
	if len(c.group.Members) == 0 {
		return endpoint == c.group.Endpoint
	}
	return slices.ContainsFunc(c.group.Members, func(m capture.Member) bool { return m.Endpoint == endpoint })
}

func (c *counter) tally(endpoint string) *draft.Tally {
	t := c.tallies[endpoint]
	if t == nil {
		t = &draft.Tally{}
		c.tallies[endpoint] = t
	}
	return t
}

// minute adds a minute of an endpoint, which may lie before the window, in it, or
// after it.
func (c *counter) minute(m capture.Minute) {
	after := m.Start.After(c.end)
	if m.LastGood.After(c.end) && c.fails(m.Endpoint) && (c.n.GoodAfter.IsZero() || m.LastGood.Before(c.n.GoodAfter)) {
		c.n.GoodAfter = m.LastGood
	}
	switch {
	case after:
		return
	case m.Start.Before(c.from.Truncate(time.Minute)):
		c.before(m)
	default:
		c.host.Total += m.Calls
		c.tally(m.Endpoint).Total += m.Calls
	}
	if !m.LastGood.IsZero() && !m.LastGood.After(c.end) {
		c.host.LastGood = later(c.host.LastGood, m.LastGood)
		if t := c.tallies[m.Endpoint]; t != nil || c.own(m.Endpoint) {
			t = c.tally(m.Endpoint)
			t.LastGood = later(t.LastGood, m.LastGood)
		}
	}
	if c.own(m.Endpoint) {
		c.all.Merge(m.Latency)
		if m.Failures == 0 {
			c.good.Merge(m.Latency)
		}
	}
}

// before adds a minute before the window to what is usual.
func (c *counter) before(m capture.Minute) {
	if !c.own(m.Endpoint) {
		return
	}
	if c.earliest.IsZero() || m.Start.Before(c.earliest) {
		c.earliest = m.Start
	}
	c.n.Usual.Total += m.Calls
	c.n.Usual.Failing += m.Failures
}

// longAgo looks for the last successes of endpoints that had none in the minutes that
// were read.
func (c *counter) longAgo(ctx context.Context) error {
	if !slices.ContainsFunc(c.failing, func(f store.Failing) bool { return c.tally(f.Endpoint).LastGood.IsZero() }) {
		return nil
	}
	return c.succeeded(ctx, c.end.Add(-reach), c.from.Add(-usual))
}

// succeeded adds the last successes of the host's endpoints in a span before the window.
func (c *counter) succeeded(ctx context.Context, from, to time.Time) error {
	last, err := c.store.Succeeded(ctx, c.group.Host, from, to)
	if err != nil {
		return err
	}
	for endpoint, at := range last {
		c.host.LastGood = later(c.host.LastGood, at)
		if t := c.tallies[endpoint]; t != nil {
			t.LastGood = later(t.LastGood, at)
		}
	}
	return nil
}

// failures adds the failures of all groups of the host.
func (c *counter) failures(ctx context.Context) error {
	for _, f := range c.failing {
		t := c.tally(f.Endpoint)
		since, err := c.store.Since(ctx, f.Fingerprint, later(t.LastGood, c.end.Add(-reach)), c.end)
		if err != nil {
			return err
		}
		hostSince, err := c.store.Since(ctx, f.Fingerprint, later(c.host.LastGood, c.end.Add(-reach)), c.end)
		if err != nil {
			return err
		}
		if c.isOwn(f.Fingerprint) {
			n, err := c.store.Since(ctx, f.Fingerprint, c.from.Add(-usual), c.end)
			if err != nil {
				return err
			}
			c.n.Recurring += n
		}
		last := f.LastSeen
		if last.After(c.end) {
			last = c.end
		}
		add(t, f, last, since)
		add(&c.host, f, last, hostSince)
		if c.isOwn(f.Fingerprint) {
			c.n.Group += f.Failures
		}
	}
	return nil
}

// isOwn reports whether failures with a fingerprint are of the group.
func (c *counter) isOwn(fingerprint string) bool {
	return fingerprint == c.group.Fingerprint || slices.ContainsFunc(c.group.Members, func(m capture.Member) bool { return m.Fingerprint == fingerprint })
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

func (c *counter) figures(ctx context.Context) (draft.Figures, error) {
	n := &c.n
	n.Host = c.host
	n.Endpoint = c.host
	if t := c.tallies[c.group.Endpoint]; len(c.group.Members) == 0 && t != nil {
		n.Endpoint = *t
	}
	n.Known = len(c.all) > 0
	for _, endpoint := range slices.Sorted(maps.Keys(c.tallies)) {
		t := draft.EndpointTally{Endpoint: endpoint, Tally: *c.tallies[endpoint]}
		switch {
		case t.Total > 0:
			n.Endpoints = append(n.Endpoints, t)
		case t.FailingSince > 0:
			n.Quiet = append(n.Quiet, t)
		}
	}
	if !c.earliest.IsZero() {
		n.Usual.Span = c.from.Sub(c.earliest)
	}
	return *n, c.rest(ctx)
}

// rest asks for what is not counted by the minute.
func (c *counter) rest(ctx context.Context) (err error) {
	if c.n.Healed, err = c.store.Healed(ctx, c.group.Fingerprint, c.from, c.end); err != nil {
		return err
	}
	baseline := c.good
	if baseline.Count() == 0 {
		baseline = c.all
	}
	c.n.Latency = draft.Latency{Calls: baseline.Count(), P50: baseline.Quantile(0.5), P99: baseline.Quantile(0.99)}
	durations, err := c.store.Durations(ctx, c.group.Fingerprint, c.end, samples)
	if err != nil {
		return err
	}
	if slices.Sort(durations); len(durations) > 0 {
		c.n.Latency.Failures = durations[len(durations)/2]
	}
	return c.credential(ctx)
}

// credential finds a success before the group's first failure that carried a
// credential. Only refusals ask for it.
func (c *counter) credential(ctx context.Context) error {
	if c.group.Status != 401 && c.group.Status != 403 {
		return nil
	}
	for _, t := range c.n.Endpoints {
		x, err := c.store.LastGood(ctx, t.Endpoint)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if x.Start.Before(c.group.FirstSeen) && x.Request.Header.Get("Authorization") != "" {
			c.n.Credential = later(c.n.Credential, x.Start)
		}
	}
	return nil
}

// peak returns the end of the window in which the group failed most, zero when
// that is the one that ends at its last failure.
func (b *Book) peak(ctx context.Context, g capture.Group, window time.Duration) (time.Time, error) {
	if g.LastSeen.Sub(g.FirstSeen) <= window {
		return time.Time{}, nil
	}
	counts, err := b.store.Timeline(ctx, g.Fingerprint, g.FirstSeen, g.LastSeen.Add(time.Second), time.Minute)
	if err != nil {
		return time.Time{}, err
	}
	var sum, most int64
	var end time.Time
	first := 0
	for _, c := range counts {
		sum += c.Failures
		for c.Start.Sub(counts[first].Start) > window {
			sum -= counts[first].Failures
			first++
		}
		if sum >= most {
			most, end = sum, c.Start.Add(time.Minute)
		}
	}
	if !end.Before(g.LastSeen) {
		return time.Time{}, nil
	}
	return end, nil
}
