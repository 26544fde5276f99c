package redact_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"flagrante/capture/redact"
	"flagrante/proxy"
)

// TestCutAnywhere holds that of a body that was cut off at any place no planted value is
// left, neither one before the cut nor the beginning of one that the cut went through.
func TestCutAnywhere(t *testing.T) {
	r := redact.New(redact.WithKey(testKey()))
	random := rand.New(rand.NewPCG(1, 2))
	cuts, missed := 0, 0
	for _, s := range samples(t, "recall") {
		if s.kind == "url" || strings.HasPrefix(s.kind, "header") || len(s.text) < 40 {
			continue
		}
		for range 12 {
			at := 20 + random.IntN(len(s.text)-20)
			x := request("https://api.banco.example/v1", proxy.Fields{{Name: "Content-Type", Value: s.kind}}, "")
			x.Request.Body = proxy.Body{Data: []byte(s.text[:at]), Size: int64(len(s.text)), Cut: true}
			masked, _ := r.Personal(x)
			cuts++
			for _, part := range plantedBefore(s, at) {
				if left(string(masked.Request.Body.Data), part) {
					missed++
					t.Errorf("%s cut at %d: %q is left in %s", s.name, at, part, masked.Request.Body.Data)
				}
			}
		}
	}
	t.Logf("%d cuts, %d left", cuts, missed)
}

// plantedBefore lists the values that stand before the cut, and of one that it goes
// through the beginning, where that is long enough to tell something.
func plantedBefore(s sample, at int) []string {
	var all []string
	from := 0
	for _, v := range s.values {
		start := strings.Index(s.text[from:], v)
		if start < 0 {
			continue
		}
		start += from
		end := start + len(v)
		from = end
		switch {
		case end <= at:
			all = append(all, v)
		case at-start >= 8:
			all = append(all, s.text[start:at])
		}
	}
	return all
}
