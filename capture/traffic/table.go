package traffic

import (
	"slices"
	"strings"
	"time"

	"flagrante/capture"
)

const (
	// maxEndpoints bounds the rows of one minute: an app that puts values where
	// names belong must not fill the store with rows of one call.
	maxEndpoints = 512
	// maxMinutes bounds how many minutes are remembered for that bound.
	maxMinutes = 16
)

// Table counts calls until they are taken. The zero value is empty. It is for
// one goroutine.
type Table struct {
	minutes map[int64]*minute
	// latest is the minute of the last call, which most calls share.
	latest *minute
	filled int
}

// minute holds the rows of a minute. A row stays after it was taken, with
// nothing in it, so that it counts for the bound.
type minute struct {
	start int64
	rows  map[string]*row
	// filled reports that there is something to take.
	filled bool
}

type row struct {
	host            string
	calls, failures int64
	lastGood        time.Time
	latency         Latency
}

// Other is the endpoint for calls to a host that has more endpoints in a minute
// than are counted one by one, and for those to more hosts than that.
func Other(host string) string { return "* " + host }

// Add counts a call that began at start and took took. failing reports a failure
// that is not expected; one that a retry makes good later stays counted. good
// reports a call that did not fail at all.
func (t *Table) Add(host, endpoint string, start time.Time, took time.Duration, failing, good bool) {
	m := t.minute(start.Unix() / 60)
	r := m.row(host, endpoint)
	r.calls++
	switch {
	case failing:
		r.failures++
	case good && start.After(r.lastGood):
		r.lastGood = start
	}
	r.latency.Add(took)
	if !m.filled {
		m.filled = true
		t.filled++
	}
}

func (t *Table) minute(start int64) *minute {
	if t.latest != nil && t.latest.start == start {
		return t.latest
	}
	m := t.minutes[start]
	if m == nil {
		if t.minutes == nil {
			t.minutes = map[int64]*minute{}
		}
		m = &minute{start: start, rows: map[string]*row{}}
		t.minutes[start] = m
	}
	t.latest = m
	return m
}

func (m *minute) row(host, endpoint string) *row {
	if r := m.rows[endpoint]; r != nil {
		return r
	}
	if len(m.rows) >= maxEndpoints {
		endpoint = Other(host)
		if len(m.rows) >= 2*maxEndpoints && m.rows[endpoint] == nil {
			host, endpoint = "", Other("")
		}
		if r := m.rows[endpoint]; r != nil {
			return r
		}
	}
	r := &row{host: host}
	m.rows[endpoint] = r
	return r
}

// Pending reports whether there is anything to take.
func (t *Table) Pending() bool { return t.filled > 0 }

// Full reports that so many minutes wait that they should be taken.
func (t *Table) Full() bool { return t.filled >= maxMinutes }

// Take returns what was counted since the last time, by time and endpoint.
func (t *Table) Take() []capture.Minute {
	var taken []capture.Minute
	for _, m := range t.minutes {
		if m.filled {
			taken = m.take(taken)
		}
	}
	t.filled = 0
	t.forget()
	slices.SortFunc(taken, func(a, b capture.Minute) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return strings.Compare(a.Endpoint, b.Endpoint)
	})
	return taken
}

func (m *minute) take(taken []capture.Minute) []capture.Minute {
	for endpoint, r := range m.rows {
		if r.calls == 0 {
			continue
		}
		taken = append(taken, capture.Minute{
			Start: time.Unix(m.start*60, 0).UTC(), Host: r.host, Endpoint: endpoint,
			Calls: r.calls, Failures: r.failures, LastGood: r.lastGood, Latency: r.latency,
		})
		*r = row{host: r.host}
	}
	m.filled = false
	return taken
}

// forget drops the oldest minutes over the bound.
func (t *Table) forget() {
	for len(t.minutes) > maxMinutes {
		oldest := int64(1<<63 - 1)
		for start := range t.minutes {
			oldest = min(oldest, start)
		}
		if t.latest != nil && t.latest.start == oldest {
			t.latest = nil
		}
		delete(t.minutes, oldest)
	}
}
