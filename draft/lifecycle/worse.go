package lifecycle

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/draft/suggest"
)

// remembered is how far back a draft is looked at for a time in which it was worse.
const remembered = 31 * 24 * time.Hour

// stretch is a time of some length that ends with a failure.
type stretch struct {
	end    time.Time
	length time.Duration
}

// worse returns the stretches, besides the last one, in which the group may have been
// graver than in others: those of most failures, of the greatest share that is sure, of
// the longest row of failures, and those in which most of the host failed. Whatever fails
// later, calmer times never take their place: each rule has its gravest time among them.
func (b *Book) worse(ctx context.Context, g capture.Group, last time.Time) ([]stretch, error) {
	rules := b.settings.Profile.Rules
	c, err := b.course(ctx, g)
	if err != nil || len(c) == 0 {
		return nil, err
	}
	found := map[stretch]bool{}
	for _, i := range c.gravest(rules.Window, rules.Confidence) {
		if err := b.ending(ctx, g, c[i].start, c.step(), rules.Window, found); err != nil {
			return nil, err
		}
	}
	if rules.Burst > 0 {
		for _, i := range c.gravestBurst(rules.Burst, rules.Confidence) {
			if err := b.ending(ctx, g, c[i].start, c.step(), rules.Burst, found); err != nil {
				return nil, err
			}
		}
	}
	delete(found, stretch{last, rules.Window})
	return slices.SortedFunc(maps.Keys(found), func(a, b stretch) int {
		return cmp.Or(b.end.Compare(a.end), cmp.Compare(b.length, a.length))
	}), nil
}

// ending adds the stretch that ends with the last failure of a group in a step of time, or
// with those of the host that followed.
func (b *Book) ending(ctx context.Context, g capture.Group, start time.Time, step, length time.Duration, found map[stretch]bool) error {
	at, err := b.store.LastIn(ctx, g.Fingerprint, start, start.Add(step))
	if err != nil || at.IsZero() {
		return err
	}
	at, err = b.tail(ctx, g.Host, at)
	found[stretch{at, length}] = true
	return err
}

// point is a step of time in which a group failed or calls succeeded.
type point struct {
	start time.Time
	// failures are the group's, good the calls that succeeded at what the group is about.
	failures, good int64
	// failing is how many endpoints of the host failed, well the calls to it that succeeded.
	failing, well int64
}

// course are the points of a group, the oldest first.
type course []point

// stepOf is how long the points of a span are: those of a long time are not told apart by the minute.
func stepOf(span time.Duration) time.Duration {
	if span > 12*time.Hour {
		return 5 * time.Minute
	}
	return time.Minute
}

func (c course) step() time.Duration { return stepOf(c[len(c)-1].start.Sub(c[0].start)) }

// course reads what became of a group and its host.
func (b *Book) course(ctx context.Context, g capture.Group) (course, error) {
	from, to := g.FirstSeen, g.LastSeen.Add(time.Minute)
	if earliest := to.Add(-remembered); from.Before(earliest) {
		from = earliest
	}
	width := stepOf(g.LastSeen.Sub(from))
	from = from.Truncate(width)
	points := map[time.Time]*point{}
	at := func(start time.Time) *point {
		if points[start] == nil {
			points[start] = &point{start: start}
		}
		return points[start]
	}
	counts, err := b.store.Timeline(ctx, g.Fingerprint, from, to, width)
	if err != nil {
		return nil, err
	}
	for _, n := range counts {
		at(n.Start).failures = n.Failures
	}
	host, err := b.store.Courses(ctx, store.Scope{Host: g.Host}, from, to, width)
	if err != nil {
		return nil, err
	}
	own := host
	if len(g.Members) == 0 {
		if own, err = b.store.Courses(ctx, store.Scope{Endpoint: g.Endpoint}, from, to, width); err != nil {
			return nil, err
		}
	}
	for _, n := range host {
		at(n.Start).failing, at(n.Start).well = n.Failing, n.Good
	}
	for _, n := range own {
		at(n.Start).good = n.Good
	}
	var c course
	for _, start := range slices.SortedFunc(maps.Keys(points), time.Time.Compare) {
		c = append(c, *points[start])
	}
	return c, nil
}

// gravest returns the points of the group's failures with which stretches of a length end
// that are graver than all others in one way.
func (c course) gravest(length time.Duration, confidence float64) []int {
	return append(c.gravestBurst(length, confidence),
		c.opening(length),
		c.worst(c.within(length+usual), share(confidence)),
		c.worst(c.within(length), func(sum point) float64 { return float64(sum.failing) }),
		c.worst(c.since(func(m point) bool { return m.good > 0 }), func(sum point) float64 { return float64(sum.failures) }),
	)
}

// gravestBurst are those of gravest that matter in a short time too.
func (c course) gravestBurst(length time.Duration, confidence float64) []int {
	return []int{
		c.worst(c.within(length), func(sum point) float64 { return float64(sum.failures) }),
		c.worst(c.within(length), share(confidence)),
		c.worst(c.since(func(m point) bool { return m.well > 0 }), func(sum point) float64 { return float64(sum.failing) }),
	}
}

// share scores points by the share of failures that is sure.
func share(confidence float64) func(point) float64 {
	return func(sum point) float64 {
		return suggest.AtLeast(sum.failures, sum.failures+sum.good, confidence)
	}
}

// opening returns the last point with failures of the group within a length from the first.
func (c course) opening(length time.Duration) int {
	first := max(slices.IndexFunc(c, func(m point) bool { return m.failures > 0 }), 0)
	last := first
	for i := first; i < len(c) && c[i].start.Sub(c[first].start) < length; i++ {
		if c[i].failures > 0 {
			last = i
		}
	}
	return last
}

// worst returns the point with failures of the group of which the score is the highest,
// the last one of several.
func (c course) worst(sums []point, score func(point) float64) int {
	found, highest := 0, -1.0
	for i, m := range c {
		if s := score(sums[i]); m.failures > 0 && s >= highest {
			found, highest = i, s
		}
	}
	return found
}

// within returns what each point comes to together with those of a time before it.
func (c course) within(length time.Duration) []point {
	sums := make([]point, len(c))
	var sum point
	first := 0
	for i, m := range c {
		sum = sum.plus(m, 1)
		for m.start.Sub(c[first].start) > length {
			sum = sum.plus(c[first], -1)
			first++
		}
		sums[i] = sum
	}
	return sums
}

// since returns what each point comes to together with those since one in which calls
// succeeded.
func (c course) since(good func(point) bool) []point {
	sums := make([]point, len(c))
	var sum point
	for i, m := range c {
		if good(m) {
			sum = point{}
		}
		sum = sum.plus(m, 1)
		sums[i] = sum
	}
	return sums
}

func (m point) plus(o point, times int64) point {
	return point{failures: m.failures + times*o.failures, good: m.good + times*o.good, failing: m.failing + times*o.failing, well: m.well + times*o.well}
}
