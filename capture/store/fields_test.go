package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

func TestEveryFieldCanBeAskedFor(t *testing.T) {
	s := fresh(t)
	add(t, s, capture.Batch{Failures: []*capture.Failure{storetest.Failure("a", noon)}})
	for _, f := range store.FailureFields().Fields {
		texts := []string{f.Name + ":1d", "-" + f.Name + ":x*"}
		switch {
		case f.Type == filter.Number || f.Type == filter.Status || f.Type == filter.Size:
			texts = []string{f.Name + ">=1"}
		case f.Type == filter.Time || f.Type == filter.Duration:
			texts = texts[:1]
		case len(f.Values) > 0:
			texts = nil
			for _, value := range f.Values {
				texts = append(texts, f.Name+":"+value, "-"+f.Name+":"+value+" status>0")
			}
		}
		for _, text := range texts {
			listed(t, s, text, 10)
		}
	}
}

func TestFailuresAreFiltered(t *testing.T) {
	s := fresh(t)
	a, b := storetest.Failure("a", noon), unanswered("b", noon.Add(time.Minute))
	a.Chain, a.Attempt = "a", 1
	a.Exchange.Phases.Total = 1500 * time.Millisecond
	b.Expected = true
	add(t, s, capture.Batch{Failures: []*capture.Failure{a, b}})
	for text, want := range map[string][]string{
		"":                                 {"b", "a"},
		"status:503":                       {"a"},
		"status:503 kind:transport":        {},
		"kind:transport,http_status":       {"b", "a"},
		"host:X.EXAMPLE":                   {"b"},
		"endpoint:api.bank.example*":       {"a"},
		`endpoint:"GET x.example/"`:        {"b"},
		"path:/v1/pix/1":                   {"a"},
		"path:/v1/pix/1?token=*":           {"a"},
		"path:/":                           {"b"},
		"code:e1 message:ar":               {"a"},
		"error:dns*":                       {"b"},
		"took>=1.5s":                       {"a"},
		"took<1.5s":                        {"b"},
		"time:2026-11-23T12:00":            {"a"},
		"since:2026-11-23T12:01":           {"b"},
		"country:br client:127.0.0.1":      {"a"},
		"client:127.0.0.1:4711":            {"a"},
		"size:99 request_size:5":           {"a"},
		"request_id:r-a":                   {"a"},
		"is:expected":                      {"b"},
		"is:retried attempt:1":             {"a"},
		"has:redactions":                   {"a"},
		"has:request_id":                   {"a"},
		"draft:d-abcdefghij":               {"a"},
		"fingerprint:v1-other":             {"b"},
		"not (host:x.example or status:1)": {"a"},
	} {
		if diff := cmp.Diff(want, listed(t, s, text, 1)); diff != "" {
			t.Errorf("%s: -want +got\n%s", text, diff)
		}
	}
}

// A filter has to give the same page by page, whichever way it is found.
func TestRareFailuresAreFoundBehindManyOthers(t *testing.T) {
	s := fresh(t)
	var batch []*capture.Failure
	want := []string{}
	for i := range 3000 {
		f := typical(i, []byte("a"), []byte("b"))
		f.Time = noon.Add(time.Duration(i*i%7001) * time.Second)
		if i%500 == 7 {
			f.Exchange.Response.Status, f.Fingerprint = 418, f.Fingerprint+"-rare"
			want = append(want, f.ID)
		}
		batch = append(batch, f)
	}
	add(t, s, capture.Batch{Failures: batch})
	for _, size := range []int{1, 4, 100} {
		got := listed(t, s, "status:418 host:api.*", size)
		times := map[string]time.Time{}
		for _, f := range batch {
			times[f.ID] = f.Time
		}
		for i := 1; i < len(got); i++ {
			if times[got[i]].After(times[got[i-1]]) {
				t.Errorf("%s comes after %s", got[i], got[i-1])
			}
		}
		if len(got) != len(want) {
			t.Errorf("in pages of %d: %d of %d", size, len(got), len(want))
		}
	}
}
