// Package rollup finds the incidents that are of a host and not of an endpoint:
// when all calls to a host are refused, that is one problem, however many
// endpoints were called. It is pure, and what it finds does not depend on the
// order in which failures came.
package rollup

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"flagrante/capture"
	"flagrante/capture/fingerprint"
)

const (
	// window is how far apart failures of one incident begin at most: long enough
	// for an app that calls its endpoints one after the other.
	window = 5 * time.Minute
	// many failures show in less than a window that the host failed, for an incident may be
	// over before that.
	many = 10
	// share of the calls to a host in a window that fail in one way, from which on
	// it is the host that fails.
	share = 0.8
	// part of a group's failures that lie in such windows, from which on the group
	// is nothing but a part of the incident.
	part = 0.8
)

// Way is how a host fails. Two endpoints that fail in the same way at the same
// time are taken for one problem.
type Way struct {
	Host   string
	Kind   capture.Kind
	Status int
	// Fault is the type of the transport error (RFC 9209), empty with an answer.
	Fault string
}

// Fingerprint returns the fingerprint of the group of the host that fails so.
func (w Way) Fingerprint() string {
	return fingerprint.OfHost(w.Host, w.Kind, w.Status, w.Fault)
}

// endpoints is the number of endpoints that have to fail: a connection knows
// nothing of endpoints, so two of them are enough to see that it is the host; an
// answer is the work of an endpoint, and two of these may share a fault.
func (w Way) endpoints() int {
	if w.Fault != "" {
		return 2
	}
	return 3
}

// Line counts the failures of one group in one minute.
type Line struct {
	Fingerprint string
	Way         Way
	Endpoint    string
	Minute      time.Time
	Failures    int64
}

// Total counts all calls to a host in one minute, whatever came of them.
type Total struct {
	Host   string
	Minute time.Time
	Calls  int64
}

// Incident is a way in which a host failed as a whole.
type Incident struct {
	Way Way
	// Members are the fingerprints of the groups that are a part of it and of
	// nothing else, sorted.
	Members []string
}

// Find returns the incidents in lines, sorted by host, kind, status and fault.
// Hosts of which totals lack minutes are judged by the failures that are known.
func Find(lines []Line, totals []Total) []Incident {
	calls := callsOf(lines, totals)
	var found []Incident
	for way, own := range byWay(lines) {
		if members := membersOf(own, wide(way, own, calls[way.Host])); len(members) > 0 {
			found = append(found, Incident{Way: way, Members: members})
		}
	}
	slices.SortFunc(found, func(a, b Incident) int { return compare(a.Way, b.Way) })
	return found
}

func compare(a, b Way) int {
	return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Fault, b.Fault))
}

// minutes are numbers by minutes since 1970.
type minutes map[int64]int64

func minuteOf(t time.Time) int64 { return t.Unix() / 60 }

func byWay(lines []Line) map[Way][]Line {
	ways := map[Way][]Line{}
	for _, l := range lines {
		ways[l.Way] = append(ways[l.Way], l)
	}
	return ways
}

// callsOf counts the calls to each host. More cannot have failed than were made,
// so failures stand in where the totals lag behind.
func callsOf(lines []Line, totals []Total) map[string]minutes {
	calls, failed := map[string]minutes{}, map[string]minutes{}
	for _, t := range totals {
		add(calls, t.Host, t.Minute, t.Calls)
	}
	for _, l := range lines {
		add(failed, l.Way.Host, l.Minute, l.Failures)
	}
	for host, counts := range failed {
		for minute, n := range counts {
			if calls[host] == nil {
				calls[host] = minutes{}
			}
			calls[host][minute] = max(calls[host][minute], n)
		}
	}
	return calls
}

func add(to map[string]minutes, host string, minute time.Time, n int64) {
	if to[host] == nil {
		to[host] = minutes{}
	}
	to[host][minuteOf(minute)] += n
}

// wide returns the minutes that belong to a window in which the whole host failed.
// A window begins where there is a failure, so those are all that need a look. The
// minutes on both sides of it belong to it where as many endpoints failed: an incident
// begins and ends within a minute that has successes too.
func wide(w Way, lines []Line, calls minutes) map[int64]bool {
	failures, endpoints := minutes{}, map[int64]map[string]bool{}
	for _, l := range lines {
		m := minuteOf(l.Minute)
		failures[m] += l.Failures
		if endpoints[m] == nil {
			endpoints[m] = map[string]bool{}
		}
		endpoints[m][l.Endpoint] = true
	}
	found := map[int64]bool{}
	for start := range failures {
		var failed, all int64
		seen := map[string]bool{}
		for m := start; m < start+int64(window/time.Minute); m++ {
			failed, all = failed+failures[m], all+calls[m]
			maps.Copy(seen, endpoints[m])
			isWhole := m+1 == start+int64(window/time.Minute)
			if (isWhole || failed >= many) && len(seen) >= w.endpoints() && float64(failed) >= share*float64(all) {
				mark(found, failures, start, m)
			}
		}
	}
	for _, m := range slices.Collect(maps.Keys(found)) {
		for _, edge := range []int64{m - 1, m + 1} {
			if len(endpoints[edge]) >= w.endpoints() {
				found[edge] = true
			}
		}
	}
	return found
}

func mark(found map[int64]bool, failures minutes, first, last int64) {
	for m := first; m <= last; m++ {
		if failures[m] > 0 {
			found[m] = true
		}
	}
}

// membersOf returns the groups of which most failures lie in wide minutes.
func membersOf(lines []Line, wide map[int64]bool) []string {
	in, all := map[string]int64{}, map[string]int64{}
	for _, l := range lines {
		all[l.Fingerprint] += l.Failures
		if wide[minuteOf(l.Minute)] {
			in[l.Fingerprint] += l.Failures
		}
	}
	var members []string
	for fingerprint, n := range in {
		if float64(n) >= part*float64(all[fingerprint]) {
			members = append(members, fingerprint)
		}
	}
	slices.Sort(members)
	return members
}
