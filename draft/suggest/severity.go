package suggest

import (
	"slices"
	"strings"
	"time"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/profile"
	"flagrante/draft/words"
)

// Severity suggests a severity by the rules of a profile, and returns all of these
// with their numbers; the reasons are those of the rules that fired. Of two groups
// that differ by failures that one has in addition, it never gets the lower
// severity. The gravest of the stretches of time in the evidence counts. Where successes
// were not counted, the failures alone are looked at, and a reason says so.
func Severity(env draft.Environment, e draft.Evidence, t profile.Rules) (draft.Suggestion[draft.Severity], []draft.Rule) {
	worst := newCase(env, e, e.Figures, t).decide()
	for _, other := range e.Others {
		if d := newCase(env, e, other, t).decide(); other.Known && rank(d.severity) > rank(worst.severity) {
			d.notes = append(d.notes, capture.Reason{Key: "severity.other", Args: map[string]string{
				"span": words.Span(other.Window), "end": other.End.UTC().Format(time.RFC3339)}})
			worst = d
		}
	}
	return worst.suggestion(), worst.rules
}

// ranked are the severities, lowest first.
func ranked() []draft.Severity {
	return []draft.Severity{draft.Low, draft.Medium, draft.High, draft.Critical}
}

func rank(s draft.Severity) int { return slices.Index(ranked(), s) }

// Higher reports whether a is a higher severity than b.
func Higher(a, b draft.Severity) bool { return rank(a) > rank(b) }

func higher(a, b draft.Severity) draft.Severity {
	if rank(a) >= rank(b) {
		return a
	}
	return b
}

func lower(a, b draft.Severity) draft.Severity {
	if rank(a) <= rank(b) {
		return a
	}
	return b
}

// step returns the severity that many steps above s, within the four.
func step(s draft.Severity, by int) draft.Severity {
	all := ranked()
	return all[min(max(rank(s)+by, 0), len(all)-1)]
}

// decision is what the rules made of one window.
type decision struct {
	severity draft.Severity
	// base is the severity without that a spike raised it.
	base  draft.Severity
	rules []draft.Rule
	notes []capture.Reason
}

// suggestion gives the rules as reasons that made the severity what it is. What is
// already said by a rule of an outage is left out.
func (d decision) suggestion() draft.Suggestion[draft.Severity] {
	outage := slices.ContainsFunc(d.rules, func(r draft.Rule) bool { return r.ID == "outage" && r.Fired })
	fired := slices.DeleteFunc(slices.Clone(d.rules), func(r draft.Rule) bool {
		said := outage && (r.ID == "degraded" || r.ID == "endpoint_down")
		return !r.Fired || said || rank(r.Severity) < rank(d.base) || r.ID == "spike" && d.severity == d.base
	})
	slices.SortStableFunc(fired, func(a, b draft.Rule) int { return rank(b.Severity) - rank(a.Severity) })
	var reasons []capture.Reason
	for _, r := range fired {
		reasons = append(reasons, r.Reason())
	}
	return draft.Suggestion[draft.Severity]{Value: d.severity, Reasons: append(reasons, d.notes...)}
}

// window is a group with its numbers in one stretch of time, as the rules look at
// it.
type window struct {
	env   draft.Environment
	e     draft.Evidence
	class class
	n     draft.Figures
	t     profile.Rules
}

func newCase(env draft.Environment, e draft.Evidence, n draft.Figures, t profile.Rules) window {
	c := window{env: env, e: e, class: classOf(e), n: n, t: t}
	if !n.Known {
		c.n = draft.Figures{Window: e.Group.LastSeen.Sub(e.Group.FirstSeen), Group: e.Group.Count}
	}
	c.n.Endpoint = c.consistent(c.n.Endpoint)
	c.n.Host = c.consistent(c.n.Host)
	return c
}

// consistent mends numbers that lag behind those of the group: the group's
// failures are calls that failed.
func (c window) consistent(t draft.Tally) draft.Tally {
	t.Failing = max(t.Failing, c.n.Group)
	t.Total = max(t.Total, t.Failing)
	if c.class == fault {
		t.Faults = max(t.Faults, c.n.Group)
	}
	if t.Failing == t.Total {
		t.FailingSince, t.FaultsSince = max(t.FailingSince, t.Failing), max(t.FaultsSince, t.Faults)
	}
	return t
}

// sure is how sure it is that every call fails, when n did and none succeeded.
func (c window) sure(n int64) float64 { return AtLeast(n, n, c.t.Confidence) }

// against is which share n failures surely have beside the successes. Failures of
// other sorts say nothing of that share.
func (c window) against(n int64, t draft.Tally) float64 {
	return AtLeast(n, t.Total-t.Failing+n, c.t.Confidence)
}

// span says how long the window is.
func (c window) span() string { return words.Span(c.n.Window) }

// decide applies the rules, and then what holds for all of them.
func (c window) decide() decision {
	d := c.apply()
	if c.env == draft.Staging {
		d.severity, d.base = lower(d.severity, c.t.StagingCap), lower(d.base, c.t.StagingCap)
		live := c
		live.env = draft.Production
		if would := live.apply().severity; rank(would) > rank(d.severity) {
			d.notes = append(d.notes, capture.Reason{Key: "severity.staging", Args: map[string]string{"severity": string(would)}})
		}
	}
	if !c.n.Known {
		d.notes = append(d.notes, capture.Reason{Key: "severity.unknown_rate"})
	}
	return d
}

// apply returns what the rules say: the highest severity of those that fire,
// raised by a spike.
func (c window) apply() decision {
	found := []draft.Rule{
		c.exposure(), c.certificate(), c.outage(), c.endpointDown(), c.degraded(), c.credentialLost(), c.slowTimeouts(),
		c.intermittent(), c.rateLimited(), c.denied(), c.allRefused(),
	}
	fired := func(r draft.Rule) bool { return r.Fired }
	found = append(found, c.minor(slices.ContainsFunc(found, fired))...)
	d := decision{severity: draft.Low}
	for _, r := range found {
		if r.Fired {
			d.severity = higher(d.severity, r.Severity)
		}
	}
	d.base = d.severity
	spike := c.spike(d.severity)
	if spike.Fired {
		d.severity = spike.Severity
	}
	d.rules = slices.Concat(found, []draft.Rule{spike})
	return d
}

func (c window) rule(id string, l profile.Level, fired bool, args ...string) draft.Rule {
	return draft.Rule{ID: id, Fired: fired, Severity: l.In(c.env), Args: pairs(args)}
}

// exposed returns the reasons by which answers of the group seem to give something
// away.
func exposed(e draft.Evidence) []capture.Reason {
	found := slices.Clone(e.Exposed)
	for _, f := range ends(e) {
		found = append(found, f.Reasons...)
	}
	return slices.DeleteFunc(found, func(r capture.Reason) bool { return !strings.HasPrefix(r.Key, "expose.") })
}
