package suggest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/words"
)

// exposure asks a person to confirm: it is a suspicion, and the worst there is.
func (c window) exposure() draft.Rule {
	found := exposed(c.e)
	if len(found) == 0 {
		return c.rule("exposure", c.t.Exposure, false)
	}
	// Of several, that of the most people's concern is named.
	what := strings.TrimPrefix(found[0].Key, "expose.")
	for _, worst := range []string{"people", "stranger"} {
		if slices.ContainsFunc(found, func(r capture.Reason) bool { return r.Key == "expose."+worst }) {
			what = worst
		}
	}
	return c.rule("exposure", c.t.Exposure, true, "what", what)
}

// certificate looks at both ends of the group, so that a later failure of another
// type does not hide it.
func (c window) certificate() draft.Rule {
	bad := slices.ContainsFunc(ends(c.e), func(f *capture.Failure) bool {
		return f.Exchange.Err != nil && isCertificate(f.Exchange.Err)
	})
	args := []string{"host", c.e.Group.Host}
	if good := c.n.Host.LastGood; c.n.Known && (good.After(c.e.Group.FirstSeen) || !c.n.GoodAfter.IsZero()) {
		args = append(args, draft.Variant, "some")
	}
	return c.rule("certificate", c.t.Certificate, bad, args...)
}

// counted passes numbers on that are known only when successes were counted.
func (c window) counted(args ...string) []string {
	if !c.n.Known {
		return nil
	}
	return args
}

func (c window) endpointDown() draft.Rule {
	r, t := c.t.EndpointDown, c.n.Endpoint
	what := c.e.Group.Endpoint
	if len(c.e.Group.Members) > 0 {
		what = c.e.Group.Host
	}
	return c.rule("endpoint_down", r.Level, c.isDownNow(),
		"endpoint", what, "failures", number(t.FaultsSince), "healed", number(c.n.Healed), "span", c.span(),
		"bound", percent(c.sure(t.FaultsSince)), "share", percent(r.Share))
}

// isDownNow reports that the endpoint fails and nothing says that it works again:
// neither a retry that succeeded nor a later call.
func (c window) isDownNow() bool {
	return c.class == fault && c.n.Healed == 0 && c.n.GoodAfter.IsZero() && c.sure(c.n.Endpoint.FaultsSince) >= c.t.EndpointDown.Share
}

// degraded counts endpoints that fail more than now and then, when the group's own
// is one of them. Fewer are enough if each of them surely fails much.
func (c window) degraded() draft.Rule {
	r := c.t.Degraded
	fails := func(t draft.Tally, share float64) bool {
		return t.Faults >= r.Failures && c.against(t.Faults, t) >= share
	}
	several := func(share float64, need int64) (bad int64, are bool) {
		for _, t := range c.n.Endpoints {
			if fails(t.Tally, share) {
				bad++
			}
		}
		return bad, bad >= need && fails(c.n.Endpoint, share)
	}
	bad, fired := several(r.Share, r.Endpoints)
	if _, sure := several(r.SureShare, r.Sure); r.Sure > 0 && sure {
		fired = true
	}
	return c.rule("degraded", r.Level, c.n.Known && c.class == fault && fired, c.counted("bad", number(bad), "called", number(int64(len(c.n.Endpoints))),
		"endpoints", number(r.Endpoints), "share", percent(r.Share), "span", c.span(), "host", c.e.Group.Host)...)
}

// credentialLost fires when what was accepted before is refused again and again,
// and was not accepted since.
func (c window) credentialLost() draft.Rule {
	r, before := c.t.CredentialLost, workedBefore(c.e)
	// Other endpoints may fail in other ways: those that refuse it too are one draft
	// with this one, and counted here.
	times := c.n.Endpoint.FailingSince - c.n.Endpoint.FaultsSince
	if c.class == denied && draft.Fault(c.e.Group.Kind, c.e.Group.Status) {
		// A client certificate is refused before there is an answer.
		times = c.n.Endpoint.FaultsSince
	}
	fired := c.class == denied && !before.IsZero() && c.n.GoodAfter.IsZero() && times >= r.Failures
	args := []string{"failures", number(times), "need", number(r.Failures)}
	if !before.IsZero() {
		args = append(args, "before", before.UTC().Format(time.RFC3339))
	}
	return c.rule("credential_lost", r.Level, fired, args...)
}

func (c window) slowTimeouts() draft.Rule {
	r, l := c.t.SlowTimeouts, c.n.Latency
	ended := draft.TimedOut(c.e.Group.Kind, c.e.Group.Status)
	far := l.Calls >= r.Calls && l.P50 > 0 && float64(l.Failures) >= r.Times*float64(l.P50)
	often := c.n.Group >= r.Failures && c.against(c.n.Group, c.n.Endpoint) >= r.Share
	args := []string{"failures", number(c.n.Group), "total", c.total(), "times", strconv.FormatFloat(r.Times, 'g', -1, 64)}
	if l.Calls > 0 {
		args = append(args, "p50", milliseconds(l.P50), "p99", milliseconds(l.P99), "took", milliseconds(l.Failures))
	}
	return c.rule("slow_timeouts", r.Level, ended && far && often, args...)
}

// total is the number of calls to the endpoint, empty when that is not known.
func (c window) total() string {
	if !c.n.Known {
		return ""
	}
	return number(c.n.Endpoint.Total)
}

func milliseconds(d time.Duration) string { return number(d.Milliseconds()) }

// intermittent looks at the window, and where calls are rare at the day before it too.
func (c window) intermittent() draft.Rule {
	r, t := c.t.Intermittent, c.n.Endpoint
	bound := c.against(t.Faults, t)
	often := t.Faults >= r.Failures && bound >= r.Share
	day := draft.Tally{Total: t.Total + c.n.Usual.Total, Failing: t.Failing + c.n.Usual.Failing}
	ofDay := c.against(c.n.Recurring, day)
	recurs := c.n.Recurring >= r.Failures && ofDay >= r.Share
	args := c.share(t.Faults, bound, r.Share, r.Failures)
	switch {
	case !often && recurs:
		args = append(args, draft.Variant, "day", "failures", number(c.n.Recurring), "total", number(day.Total),
			"percent", part(c.n.Recurring, day.Total), "bound", percent(ofDay), "span", words.Span(c.n.Window+c.n.Usual.Span))
	case c.n.Known && t.Faults == t.Total:
		args = append(args, draft.Variant, "all")
	case c.n.Known && t.FaultsSince >= t.Faults && !c.n.GoodAfter.IsZero():
		args = append(args, draft.Variant, "over")
	}
	return c.rule("intermittent", r.Level, c.class == fault && !c.isDownNow() && (often || recurs), args...)
}

// share says how many calls fail, how sure that is, and what would be asked.
func (c window) share(failures int64, bound, share float64, need int64) []string {
	args := []string{"failures", number(failures), "need", number(need), "span", c.span()}
	return append(args, c.counted("total", number(c.n.Endpoint.Total), "percent", part(failures, c.n.Endpoint.Total), "bound", percent(bound), "share", percent(share))...)
}

func (c window) rateLimited() draft.Rule {
	r := c.t.RateLimited
	return c.rule("rate_limited", r.Level, c.class == limited && c.n.Group >= r.Failures,
		"failures", number(c.n.Group), "total", c.total(), "need", number(r.Failures), "span", c.span())
}

func (c window) denied() draft.Rule {
	r := c.t.Denied
	bound := c.against(c.n.Group, c.n.Endpoint)
	return c.rule("denied", r.Level, c.class == denied && c.n.Group >= r.Failures && bound >= r.Share,
		c.share(c.n.Group, bound, r.Share, r.Failures)...)
}

// allRefused sees an endpoint that accepts nothing any more of what it accepted before:
// by then it may not be one wrong request. An empty account refuses everything too, and
// is no fault of anybody.
func (c window) allRefused() draft.Rule {
	r, t := c.t.AllRefused, c.n.Endpoint
	bound := 0.0
	if !t.LastGood.IsZero() && c.n.GoodAfter.IsZero() {
		bound = c.sure(t.FailingSince)
	}
	return c.rule("all_refused", r.Level, c.class == refused && !isBusiness(c.e) && bound >= r.Share,
		"failures", number(t.FailingSince), "total", c.total(), "bound", percent(bound), "share", percent(r.Share), "span", c.span())
}

// minor are the rules of what can wait. A failure that no other rule speaks of is
// isolated.
func (c window) minor(other bool) []draft.Rule {
	args := []string{"failures", number(c.n.Group), "total", c.total(), "span", c.span()}
	clientSide := args
	if isBusiness(c.e) {
		clientSide = append(clientSide[:len(args):len(args)], draft.Variant, "business")
	}
	isolated := !other && (c.class == fault || c.class == denied || c.class == limited)
	return []draft.Rule{
		c.rule("isolated", c.t.Minor, isolated, args...),
		c.rule("client_side", c.t.Minor, c.class == refused, clientSide...),
		c.rule("client_abort", c.t.Minor, c.class == aborted, args...),
		c.rule("contract", c.t.Minor, c.class == broken, args...),
		c.rule("slow", c.t.Minor, c.class == slow, args...),
	}
}

// spike raises what the other rules say by one when the endpoint fails far more
// often than usual. A limit that is reached comes in bursts by its nature.
func (c window) spike(base draft.Severity) draft.Rule {
	r, t, usual := c.t.Spike, c.n.Endpoint, c.n.Usual
	share := float64(usual.Failing+1) / float64(usual.Total+1)
	concerns := c.class == fault || c.class == denied || c.class == refused
	fired := c.n.Known && concerns && usual.Span >= r.Span && usual.Total > 0 && t.Failing >= r.Failures &&
		AtLeast(t.Failing, t.Total, c.t.Confidence) >= r.Times*share
	args := []string{"failures", number(t.Failing), "total", c.total(), "percent", part(t.Failing, t.Total), "times", strconv.FormatFloat(r.Times, 'g', -1, 64)}
	if usual.Span > 0 {
		args = append(args, "usual", part(usual.Failing, usual.Total), "before", words.Span(usual.Span))
	}
	raised := higher(base, lower(step(base, 1), r.Max))
	return draft.Rule{ID: "spike", Fired: fired, Severity: raised, Args: pairs(args)}
}
