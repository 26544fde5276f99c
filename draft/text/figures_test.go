package text_test

import (
	"time"

	"flagrante/draft"
)

// counted gives e the figures of an hour: total calls to the endpoint, of which those of
// the group failed, spread evenly, and the last success. Only failures after it count as
// those since.
func counted(e draft.Evidence, total int64, good time.Time) draft.Evidence {
	g := e.Group
	n, since := g.Count, g.Count
	if span := g.LastSeen.Sub(g.FirstSeen); span > 0 {
		n = int64(float64(n) * min(1, float64(time.Hour)/float64(span)))
		if good.After(g.FirstSeen) {
			since = max(1, int64(float64(g.Count)*float64(g.LastSeen.Sub(good))/float64(span)))
		}
	}
	tally := draft.Tally{Total: total, Failing: n, LastGood: good, LastFailing: g.LastSeen, FailingSince: since}
	if draft.Fault(g.Kind, g.Status) {
		tally.Faults, tally.FaultsSince = n, since
	}
	e.Figures = draft.Figures{
		Known: true, Window: time.Hour, Group: n, Endpoint: tally, Host: tally,
		Endpoints: []draft.EndpointTally{{Endpoint: g.Endpoint, Tally: tally}},
	}
	return e
}
