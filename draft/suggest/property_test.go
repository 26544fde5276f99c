package suggest_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/suggest"
	"flagrante/draft/words"
	"flagrante/proxy"
)

// Every rule, fired or not, has its words in both languages, with all its numbers.
func TestRulesHaveWords(t *testing.T) {
	for _, r := range random(rand.New(rand.NewPCG(1, 2)), 200) {
		e := r.evidence(r[len(r)-1], time.Hour)
		for _, env := range []draft.Environment{draft.Production, draft.Staging} {
			got, all := suggest.Severity(env, e, rules(t))
			for _, lang := range []draft.Lang{draft.Portuguese, draft.English} {
				said := words.SayAll(lang, append(got.Reasons, suggest.Side(e).Reasons...))
				for _, rule := range all {
					said = append(said, words.Say(lang, rule.Reason()))
				}
				for _, s := range said {
					if !strings.Contains(s, " ") || strings.Contains(s, "  ") || strings.Contains(s, "( ") {
						t.Errorf("no good sentence: %q", s)
					}
				}
			}
			if len(got.Reasons) == 0 {
				t.Errorf("no reason for %s", got.Value)
			}
		}
	}
}

// random makes recordings of several endpoints; each ends with a failure.
func random(g *rand.Rand, n int) []recording {
	endpoints := []string{"GET h/a", "POST h/b", "GET h/c", "PUT h/d"}
	var all []recording
	for range n {
		var r recording
		failing := g.Float64()
		for range g.IntN(60) {
			e := endpoints[g.IntN(len(endpoints))]
			c := good(e)
			if g.Float64() < failing {
				c = randomFailure(g, e)
			}
			r = r.add(1, time.Duration(g.IntN(300))*time.Second, c)
		}
		all = append(all, r.add(1, time.Second, randomFailure(g, endpoints[g.IntN(len(endpoints))])))
	}
	return all
}

func randomFailure(g *rand.Rand, endpoint string) call {
	statuses := []int{400, 401, 403, 404, 422, 429, 500, 502, 503, 503, 503}
	if i := g.IntN(len(statuses) + 3); i < len(statuses) {
		return bad(endpoint, statuses[i])
	}
	return []call{
		broken(endpoint, capture.KindTimeout, "http_response_timeout", proxy.PhaseWait),
		broken(endpoint, capture.KindTransport, "connection_refused", proxy.PhaseConnect),
		{endpoint: endpoint, kind: capture.KindBodyError, status: 200},
	}[g.IntN(3)]
}

// A failure more, of this group or of another one in the window, never lowers the
// severity.
func TestMoreFailuresNeverLowerTheSeverity(t *testing.T) {
	g := rand.New(rand.NewPCG(3, 4))
	for _, r := range random(g, 3000) {
		target := r[len(r)-1]
		target.at = 0
		before, fired := severityOf(t, draft.Production, r, target)
		more := slices.Clone(r)
		for range 1 + g.IntN(3) {
			extra := target
			if g.IntN(2) == 0 {
				extra = randomFailure(g, target.endpoint)
			}
			// Within the window, and not after its end: a window that moves is about
			// another time.
			extra.at = r[max(0, len(r)-1-g.IntN(5))].at
			if r[len(r)-1].at-extra.at < time.Hour {
				more = append(more, extra)
			}
		}
		after, firedAfter := severityOf(t, draft.Production, more, target)
		if slices.Index(order(), after) < slices.Index(order(), before) {
			t.Fatalf("%s by %v became %s by %v", before, fired, after, firedAfter)
		}
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	g := rand.New(rand.NewPCG(5, 6))
	for _, r := range random(g, 300) {
		target := r[len(r)-1]
		// Calls at the same moment have no order.
		for i := range r {
			r[i].at += time.Duration(i)
		}
		e := r.evidence(target, time.Hour)
		want, wantRules := suggest.Severity(draft.Production, e, rules(t))
		g.Shuffle(len(r), func(i, j int) { r[i], r[j] = r[j], r[i] })
		e = r.evidence(target, time.Hour)
		g.Shuffle(len(e.Figures.Endpoints), func(i, j int) {
			e.Figures.Endpoints[i], e.Figures.Endpoints[j] = e.Figures.Endpoints[j], e.Figures.Endpoints[i]
		})
		got, gotRules := suggest.Severity(draft.Production, e, rules(t))
		if diff := cmp.Diff(want, got) + cmp.Diff(wantRules, gotRules); diff != "" {
			t.Fatal(diff)
		}
	}
}

// Whatever the numbers are, there is a severity, and staging is capped.
func FuzzSeverity(f *testing.F) {
	f.Add(int64(3), int64(10), int64(2), int64(5), 503, true)
	f.Add(int64(-3), int64(-10), int64(1<<62), int64(-1), -7, false)
	f.Fuzz(func(t *testing.T, failing, total, faults, since int64, status int, known bool) {
		e := recording{bad("GET h/a", status)}.evidence(bad("GET h/a", status), time.Hour)
		tally := draft.Tally{Total: total, Failing: failing, Faults: faults, FailingSince: since, FaultsSince: since}
		e.Group.Count = failing
		e.Figures = draft.Figures{Known: known, Group: failing, Endpoint: tally, Host: tally, Endpoints: []draft.EndpointTally{{Tally: tally}}}
		if got, _ := suggest.Severity(draft.Staging, e, rules(t)); !slices.Contains(order()[:3], got.Value) || len(got.Reasons) == 0 {
			t.Errorf("Severity = %+v", got)
		}
	})
}
