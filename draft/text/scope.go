package text

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"flagrante/draft"
	"flagrante/draft/words"
)

// timeline says in words how the failures are spread over time.
func (t *ticket) timeline() []entry {
	counts, step := t.d.Evidence.Timeline, t.d.Evidence.Step
	if len(counts) < 2 || step <= 0 {
		return nil
	}
	peak := counts[0]
	for _, c := range counts {
		if c.Failures > peak.Failures {
			peak = c
		}
	}
	unit := map[time.Duration]string{time.Minute: "minute", time.Hour: "hour"}[step]
	if unit == "" {
		unit = "day"
	}
	first, last := counts[0].Start, counts[len(counts)-1].Start
	var most string // one failure is no peak
	if peak.Failures > 1 {
		most = strconv.FormatInt(peak.Failures, 10)
	}
	said := t.words("text.when.spread",
		"first", t.clock(t.d.Evidence.Group.FirstSeen), "peak", t.clock(peak.Start), "last", t.clock(t.d.Evidence.Group.LastSeen),
		"most", most, "unit", t.words("text.unit."+unit), "units", t.words("text.units."+unit),
		"busy", strconv.Itoa(len(counts)), "all", strconv.FormatInt(int64(last.Sub(first)/step)+1, 10))
	return []entry{labelled(t.words("text.when.timeline"), text(said))}
}

// clock says a time of a day, and the day where the failures span more than one.
func (t *ticket) clock(at time.Time) string {
	g := t.d.Evidence.Group
	return words.Clock(t.o.Lang, at, t.o.Zone, g.LastSeen.Sub(g.FirstSeen) >= 12*time.Hour)
}

// scope says in numbers how much is affected.
func (t *ticket) scope() {
	n := t.d.Evidence.Figures
	if !n.Known {
		t.say(text(t.words("text.scope.unknown")))
		t.list(t.origins()...)
		return
	}
	t.say(text(t.words("text.scope.window", "span", words.Span(n.Window))))
	t.list(append(t.shares(n), t.origins()...)...)
}

// maxOrigins is how many origins the ticket names.
const maxOrigins = 20

// origins says which proxies of a team caught the failures, where there are several.
func (t *ticket) origins() []entry {
	counts := t.d.Evidence.Group.Origins
	if len(counts) < 2 {
		return nil
	}
	all := labelled(t.words("text.scope.origins"), text(t.words("text.scope.proxies", "count", strconv.Itoa(len(counts)))))
	for i, c := range counts {
		if i == maxOrigins {
			all.sub = append(all.sub, line{text(t.words("text.more", "count", strconv.Itoa(len(counts)-i)))})
			break
		}
		all.sub = append(all.sub, line{text(t.words("text.scope.origin", "app", c.App, "machine", c.Machine, "country", words.Country(t.o.Lang, c.Country),
			"count", strconv.FormatInt(c.Count, 10), "first", t.clock(c.FirstSeen), "last", t.clock(c.LastSeen)))})
	}
	return []entry{all}
}

func (t *ticket) shares(n draft.Figures) []entry {
	entries := []entry{}
	add := func(key, value string) {
		if value != "" {
			entries = append(entries, labelled(t.words(key), text(value)))
		}
	}
	if len(t.d.Evidence.Group.Members) == 0 {
		add("text.scope.endpoint", t.failing(n.Endpoint))
	}
	if len(n.Endpoints) > 1 {
		add("text.scope.host", t.failing(n.Host))
		entries = append(entries, t.endpoints(n))
	}
	if n.Healed > 0 {
		add("text.scope.healed", strconv.FormatInt(n.Healed, 10))
	}
	if !n.Endpoint.LastGood.IsZero() && n.GoodAfter.IsZero() {
		key := "text.scope.good"
		if len(t.d.Evidence.Group.Members) > 0 {
			key = "text.scope.good_host"
		}
		add(key, t.time(n.Endpoint.LastGood).plain())
	}
	if !n.GoodAfter.IsZero() {
		add("text.scope.after", t.time(n.GoodAfter).plain())
	}
	// How long calls take is said where that is what is wrong.
	if l := n.Latency; l.Calls > 0 && l.P50 > 0 && l.Failures >= 2*l.P50 {
		add("text.scope.latency", t.words("text.scope.p", "p50", words.Duration(t.o.Lang, l.P50), "took", words.Duration(t.o.Lang, l.Failures)))
	}
	return entries
}

// endpoints says how many endpoints of the host fail, and which: those of a host's draft
// are listed already.
func (t *ticket) endpoints(n draft.Figures) entry {
	failing := failingMost(n.Endpoints)
	all := labelled(t.words("text.scope.endpoints"), text(t.words("text.scope.of", "failing", strconv.Itoa(len(failing)), "called", strconv.Itoa(len(n.Endpoints)))))
	if len(failing) < 2 || len(t.d.Evidence.Group.Members) > 0 {
		return all
	}
	for i, e := range failing {
		if i == maxMembers {
			all.sub = append(all.sub, line{text(t.words("text.more", "count", strconv.Itoa(len(failing)-i)))})
			break
		}
		all.sub = append(all.sub, line{code(e.Endpoint), text(": " + t.failing(e.Tally))})
	}
	return all
}

// failingMost returns the endpoints that failed, those that failed most first.
func failingMost(all []draft.EndpointTally) []draft.EndpointTally {
	failing := slices.DeleteFunc(slices.Clone(all), func(e draft.EndpointTally) bool { return e.Failing == 0 })
	slices.SortFunc(failing, func(a, b draft.EndpointTally) int {
		return cmp.Or(cmp.Compare(b.Failing, a.Failing), strings.Compare(a.Endpoint, b.Endpoint))
	})
	return failing
}

func (t *ticket) failing(n draft.Tally) string {
	if n.Total == 0 {
		return ""
	}
	return t.words("text.scope.failing", "failing", strconv.FormatInt(n.Failing, 10), "total", strconv.FormatInt(n.Total, 10),
		"percent", strconv.FormatFloat(100*float64(n.Failing)/float64(n.Total), 'f', 1, 64))
}
