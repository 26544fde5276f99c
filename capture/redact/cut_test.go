package redact_test

import (
	"strings"
	"testing"

	"flagrante/capture/redact"
	"flagrante/capture/redact/redacttest"
	"flagrante/proxy"
)

// TestCutAnywhere holds that of a body that was cut off at any place no planted value is
// left, neither one before the cut nor the beginning of one that the cut went through.
func TestCutAnywhere(t *testing.T) {
	r := redact.New(redact.WithKey(testKey()))
	const most = 200 // What comes later is read no differently.
	cuts, missed := 0, 0
	for _, s := range redacttest.Read(t, "../../testdata/redact/recall") {
		if s.Kind == "url" || s.Fields() {
			continue
		}
		for at := 1; at < min(len(s.Text), most); at++ {
			x := request("https://api.banco.example/v1", proxy.Fields{{Name: "Content-Type", Value: s.Kind}}, "")
			x.Request.Body = proxy.Body{Data: []byte(s.Text[:at]), Size: int64(len(s.Text)), Cut: true}
			masked, _ := r.Personal(x)
			cuts++
			for _, part := range plantedBefore(s, at) {
				if left(string(masked.Request.Body.Data), part) {
					missed++
					t.Errorf("%s cut at %d: %q is left in %s", s.Name, at, part, masked.Request.Body.Data)
				}
			}
		}
	}
	t.Logf("%d cuts, %d left", cuts, missed)
}

// plantedBefore lists the values that stand before the cut, and of one that it goes
// through the beginning, where that is long enough to tell something, and is not told
// by what stays in any case, as the key of an invoice tells who wrote it.
func plantedBefore(s redacttest.Sample, at int) []string {
	var all []string
	for _, v := range s.Planted {
		switch end := v.At + len(v.Value); {
		case end <= at:
			all = append(all, v.Value)
		case at-v.At >= 8 && !announces(s.Text[v.At:at]) && !strings.Contains(s.Text[:v.At], s.Text[v.At:at]):
			all = append(all, s.Text[v.At:at])
		}
	}
	return all
}

// announces reports what says only that a key follows (RFC 7468, section 2).
func announces(s string) bool {
	return strings.HasPrefix(s, "-----BEG") && strings.Count(s, "-----") < 2
}
