package drafttest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"flagrante/draft"
	. "flagrante/draft/drafttest"
)

// eras makes the traffic of hours or days to some endpoints of one host, in stretches of
// which each has its own pace and its own share of failures.
func eras(g *rand.Rand) []played {
	endpoints := []Call{pix, boletos, saldo, ted, token}[:1+g.IntN(5)]
	var all []played
	at := time.Duration(0)
	for range 2 + g.IntN(4) {
		step := []time.Duration{5 * time.Second, 30 * time.Second, 4 * time.Minute, time.Hour}[g.IntN(4)]
		failing := []float64{0, 0.05, 0.3, 1, 1}[g.IntN(5)]
		hit := 1 + g.IntN(len(endpoints))
		bad := broken(g, Call{})
		for range 4 + g.IntN(25) {
			at += step/2 + time.Duration(g.Int64N(int64(step)))
			i := g.IntN(len(endpoints))
			c := endpoints[i]
			if i < hit && g.Float64() < failing {
				c = like(c, bad)
			}
			all = append(all, played{at.Truncate(time.Millisecond), c})
		}
		at += []time.Duration{0, 20 * time.Minute, 3 * time.Hour, 30 * time.Hour}[g.IntN(4)]
	}
	return all
}

// like returns a call that fails as another one does.
func like(c, bad Call) Call {
	c.Status, c.Answer, c.Err, c.Took = bad.Status, bad.Answer, bad.Err, bad.Took
	return c
}

func isFailing(p played) bool { return p.call.Status == 0 || p.call.Status >= 400 }

// grown adds failures like those that are there, at any time and up to a day later.
func grown(g *rand.Rand, all []played) []played {
	failing := slices.DeleteFunc(slices.Clone(all), func(p played) bool { return !isFailing(p) })
	if len(failing) == 0 {
		return all
	}
	first, last := failing[0].at, all[len(all)-1].at
	more := slices.Clone(all)
	for range 1 + g.IntN(4) {
		p := failing[g.IntN(len(failing))]
		at := first + time.Duration(g.Int64N(int64(last-first+24*time.Hour)))
		n := 1 + g.IntN(4)
		for range n {
			at += time.Duration(1+g.IntN(90_000)) * time.Millisecond
			p.at = at.Truncate(time.Millisecond)
			more = append(more, p)
		}
	}
	slices.SortStableFunc(more, func(a, b played) int { return int(a.at - b.at) })
	return slices.CompactFunc(more, func(a, b played) bool { return a.at == b.at })
}

// grave is the severity of a draft without that a spike raised it: what was usual is a
// comparison, so that failures before a spike make it less of one.
func grave(d draft.Draft) int {
	all, highest := []draft.Severity{draft.Low, draft.Medium, draft.High, draft.Critical}, 0
	for _, r := range d.Rules {
		if r.Fired && r.ID != "spike" {
			highest = max(highest, slices.Index(all, r.Severity))
		}
	}
	return highest
}

// Failures more, whenever they come, never lower the severity of what was there. Where one
// endpoint works now and then, a host does not fail as a whole any more: then its drafts are
// at least as grave together.
func TestFailuresAtAnyTimeNeverLowerTheSeverity(t *testing.T) {
	g := rand.New(rand.NewPCG(41, 42))
	var fewer, more [][]byte
	for i := range hosts {
		host := fmt.Sprintf("api.banco%d.com.br", i)
		all := eras(g)
		fewer, more = append(fewer, tape(host, all).HAR(t)), append(more, tape(host, grown(g, all)).HAR(t))
	}
	grown := drafts(t, more)
	worst, compared := map[string]int{}, 0
	for _, d := range grown {
		worst[d.Evidence.Group.Host] = max(worst[d.Evidence.Group.Host], grave(d))
	}
	for id, before := range drafts(t, fewer) {
		after, ok := grown[id]
		if !ok && worst[before.Evidence.Group.Host] < grave(before) || ok && grave(after) < grave(before) {
			t.Errorf("%s: %s became %s\n%v\n%v", before.Title, before.Severity.Value, after.Severity.Value, before.Severity.Reasons, after.Severity.Reasons)
		}
		compared++
	}
	if compared < hosts {
		t.Errorf("only %d drafts were compared", compared)
	}
}

// hosts is how many recordings are looked at.
const hosts = 25
