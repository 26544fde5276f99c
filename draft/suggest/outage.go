package suggest

import (
	"slices"

	"flagrante/capture"
	"flagrante/draft"
)

// outage sees that nothing works any more in one of two ways: no call to the host
// succeeded since several of its endpoints failed, or most of its endpoints have
// had no success, each by itself. Where nothing else is called, fewer are enough if each
// of them is surely down.
func (c window) outage() draft.Rule {
	o, need := c.t.Outage, c.t.Outage.Endpoints
	if c.unreachable() {
		need = o.Unreachable
	}
	level, share := o.Level, o.Share
	if recovered := !c.n.GoodAfter.IsZero(); recovered {
		// What is over is less urgent, and takes more to be called an outage.
		level.Production, level.Staging = step(level.Production, -1), step(level.Staging, -1)
		share = (1 + share) / 2
	}
	each := o.Failures
	if len(c.e.Group.Members) > 0 {
		// All endpoints fail in one way: that has been looked at already.
		each = 1
	}
	n := c.standing(each, share)
	all := n.since >= need && c.sure(c.n.Host.FaultsSince) >= share && c.ordered()
	if nothing := n.surely == n.down && n.alive == 0; nothing && o.Sure > 0 && n.down >= o.Sure && n.down < need {
		need = o.Sure
	}
	most := n.down >= need && float64(n.down) >= o.OfCalled*float64(n.down+n.alive) && c.sure(n.failed) >= share
	fired := c.n.Known && c.class == fault && (all || most)
	if all {
		n.down, n.failed = max(n.down, n.since), max(n.failed, c.n.Host.FaultsSince)
	}
	called := number(int64(len(c.n.Endpoints)))
	if len(c.n.Quiet) > 0 {
		// What was called in the window is not what is down.
		called = ""
	}
	over := ""
	if fired && !c.n.GoodAfter.IsZero() {
		over = "over"
	}
	return c.rule("outage", level, fired, c.counted(draft.Variant, over,
		"down", number(n.down), "called", called, "endpoints", number(need), "failures", number(n.failed),
		"span", c.span(), "host", c.e.Group.Host)...)
}

// standing counts the endpoints of a host by how they are.
type standing struct {
	// down are those that fail, with failed failures in all, and surely those of them of
	// which that is sure. Those that only refuse requests are neither down nor alive.
	down, failed, surely, alive int64
	// since are those that failed after the last good answer of the host.
	since int64
}

// standing counts an endpoint as down from each failures on.
func (c window) standing(each int64, share float64) standing {
	var n standing
	for _, t := range slices.Concat(c.n.Endpoints, c.n.Quiet) {
		isDown := c.isDown(t.Tally, c.t.Outage.Share)
		switch {
		case isDown && t.FaultsSince >= each:
			n.down, n.failed = n.down+1, n.failed+t.FaultsSince
			if c.sure(t.FaultsSince) >= share {
				n.surely++
			}
		case !isDown && t.Failing < t.Total:
			n.alive++
		}
		if t.FaultsSince >= each && (c.n.Host.LastGood.IsZero() || t.LastFailing.After(c.n.Host.LastGood)) {
			n.since++
		}
	}
	return n
}

// ordered reports that it is known which calls to the host came after its last
// success.
func (c window) ordered() bool {
	return !c.n.Blurred && (!c.n.Host.LastGood.IsZero() || c.n.Host.Failing >= c.n.Host.Total)
}

// unreachable reports that no connection comes about, which is the host's and not
// an endpoint's.
func (c window) unreachable() bool {
	return slices.ContainsFunc(ends(c.e), func(f *capture.Failure) bool { return f.Exchange.Err != nil })
}

// isDown reports that an endpoint has had faults and no success: in the window, or
// since so many failures that it is sure.
func (c window) isDown(t draft.Tally, share float64) bool {
	return t.FaultsSince > 0 && (t.Failing >= t.Total || c.sure(t.FaultsSince) >= share)
}
