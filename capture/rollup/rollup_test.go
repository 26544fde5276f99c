package rollup_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/rollup"
)

var (
	refused     = rollup.Way{Host: "api.bank.example", Kind: capture.KindTransport, Fault: "connection_refused"}
	unavailable = rollup.Way{Host: "api.bank.example", Kind: capture.KindHTTPStatus, Status: 503}
)

func at(minute int) time.Time {
	return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).Add(time.Duration(minute) * time.Minute)
}

func line(w rollup.Way, endpoint, minute int, failures int64) rollup.Line {
	return rollup.Line{Fingerprint: fmt.Sprintf("%s-%d-%d", w.Fault, w.Status, endpoint), Way: w, Endpoint: fmt.Sprint("GET ", w.Host, "/", endpoint), Minute: at(minute), Failures: failures}
}

func total(minute int, calls int64) rollup.Total {
	return rollup.Total{Host: refused.Host, Minute: at(minute), Calls: calls}
}

func TestFind(t *testing.T) {
	elsewhere := unavailable
	elsewhere.Host = "other.example"
	for name, test := range map[string]struct {
		lines  []rollup.Line
		totals []rollup.Total
		want   []rollup.Incident
	}{
		"nothing": {},
		"one endpoint is not the host": {
			lines: []rollup.Line{line(refused, 1, 0, 50)},
		},
		"two endpoints that can't be reached are": {
			lines: []rollup.Line{line(refused, 1, 0, 1), line(refused, 2, 4, 1)},
			want:  []rollup.Incident{{Way: refused, Members: []string{"connection_refused-0-1", "connection_refused-0-2"}}},
		},
		"two endpoints that answer 503 are not": {
			lines: []rollup.Line{line(unavailable, 1, 0, 9), line(unavailable, 2, 0, 9)},
		},
		"three are": {
			lines: []rollup.Line{line(unavailable, 1, 0, 1), line(unavailable, 2, 1, 1), line(unavailable, 3, 2, 1)},
			want:  []rollup.Incident{{Way: unavailable, Members: []string{"-503-1", "-503-2", "-503-3"}}},
		},
		"hours apart they are not": {
			lines: []rollup.Line{line(unavailable, 1, 0, 1), line(unavailable, 2, 60, 1), line(unavailable, 3, 120, 1)},
		},
		"where other calls succeed they are not": {
			lines:  []rollup.Line{line(unavailable, 1, 0, 1), line(unavailable, 2, 0, 1), line(unavailable, 3, 0, 1)},
			totals: []rollup.Total{total(0, 4)},
		},
		"a success among many does not matter": {
			lines:  []rollup.Line{line(unavailable, 1, 0, 5), line(unavailable, 2, 0, 3), line(unavailable, 3, 0, 1)},
			totals: []rollup.Total{total(0, 11)},
			want:   []rollup.Incident{{Way: unavailable, Members: []string{"-503-1", "-503-2", "-503-3"}}},
		},
		"it begins and ends within minutes": {
			lines: slices.Concat(
				[]rollup.Line{line(unavailable, 1, 0, 5), line(unavailable, 2, 0, 5), line(unavailable, 3, 0, 5)},
				[]rollup.Line{line(unavailable, 1, 1, 9), line(unavailable, 2, 1, 9), line(unavailable, 3, 1, 9)},
				[]rollup.Line{line(unavailable, 1, 2, 2), line(unavailable, 2, 2, 2), line(unavailable, 3, 2, 2)},
			),
			totals: []rollup.Total{total(0, 60), total(1, 27), total(2, 60)},
			want:   []rollup.Incident{{Way: unavailable, Members: []string{"-503-1", "-503-2", "-503-3"}}},
		},
		"a failure at the edge of an incident is not of it": {
			lines:  []rollup.Line{line(unavailable, 4, 0, 1), line(unavailable, 1, 1, 9), line(unavailable, 2, 1, 9), line(unavailable, 3, 1, 9)},
			totals: []rollup.Total{total(0, 60), total(1, 27)},
			want:   []rollup.Incident{{Way: unavailable, Members: []string{"-503-1", "-503-2", "-503-3"}}},
		},
		"hosts are apart": {
			lines: []rollup.Line{line(unavailable, 1, 0, 1), line(elsewhere, 2, 0, 1), line(unavailable, 3, 0, 1)},
		},
		"an endpoint that failed on its own before stays on its own": {
			lines: []rollup.Line{line(refused, 1, 0, 1), line(refused, 2, 0, 1), line(refused, 3, 1, 1), line(refused, 3, -90, 7), line(refused, 3, -40, 7)},
			want:  []rollup.Incident{{Way: refused, Members: []string{"connection_refused-0-1", "connection_refused-0-2"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, rollup.Find(test.lines, test.totals)); diff != "" {
				t.Error("-want +got", diff)
			}
		})
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	incidents := 0
	for range 200 {
		var lines []rollup.Line
		for range 30 {
			way := []rollup.Way{refused, unavailable}[random.IntN(2)]
			lines = append(lines, line(way, random.IntN(6), random.IntN(40), 1+random.Int64N(5)))
		}
		want := rollup.Find(lines, nil)
		incidents += len(want)
		shuffled := slices.Clone(lines)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if diff := cmp.Diff(want, rollup.Find(shuffled, nil)); diff != "" {
			t.Fatal("-in order +shuffled", diff)
		}
	}
	if incidents == 0 {
		t.Error("no incident was found in any of the tables")
	}
}
