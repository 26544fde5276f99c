package lifecycle_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/lifecycle"
)

// refresh has a bound: what is concluded again and again would never be done.
func refresh(t *testing.T, b *lifecycle.Book) {
	t.Helper()
	for range 10 {
		left, err := b.Refresh(t.Context(), 1)
		check(t, err)
		if !left {
			return
		}
	}
	t.Fatal("it is concluded anew without end")
}

// count returns the number that a query gives.
func count(t *testing.T, s *store.Store, query string) (n int64) {
	t.Helper()
	rows, err := s.Query(t.Context(), query)
	check(t, err)
	defer rows.Close()
	if !rows.Next() {
		t.Fatal("no row")
	}
	check(t, rows.Scan(&n))
	check(t, rows.Err())
	return n
}

func TestASuccessInTheMiddleOfAnothersFailuresLeavesNothingToConclude(t *testing.T) {
	b, s := bookAndStore(t, at(1, 0), at(2, 3))
	_, err := s.Append(t.Context(), capture.Batch{Traffic: []capture.Minute{calls(at(1, 0).Endpoint, 1, 4, 0, time.Second), calls(at(2, 0).Endpoint, 3, 4, 1, -1)}})
	check(t, err)
	refresh(t, b)
	if n := count(t, s, `SELECT count(*) FROM stale`); n != 0 {
		t.Errorf("%d groups are to be looked at", n)
	}
}

// A success changes what is concluded of failures before it, once.
func TestASuccessHasDraftsConcludedAnew(t *testing.T) {
	b, s := bookAndStore(t, at(1, 0), at(2, 0), at(3, 0))
	minute := func(m int, good time.Duration) {
		t.Helper()
		_, err := s.Append(t.Context(), capture.Batch{Traffic: []capture.Minute{calls(at(1, 0).Endpoint, m, 4, 0, good)}})
		check(t, err)
	}
	minute(0, -1)
	refresh(t, b)
	var due []int64
	for m, good := range []time.Duration{-1, time.Second, time.Second} {
		minute(m+1, good)
		due = append(due, count(t, s, `SELECT count(*) FROM stale`))
		refresh(t, b)
	}
	if diff := cmp.Diff([]int64{0, 1, 0}, due); diff != "" {
		t.Errorf("drafts to conclude after minutes without a success, with one, with another: -want +got:\n%s", diff)
	}
}

func TestASuccessOfAMemberConcludesTheDraftOfItsHost(t *testing.T) {
	b, s := bookAndStore(t, at(1, 0), at(2, 0), at(3, 0))
	check(t, b.RollUp(t.Context(), time.Time{}))
	for _, endpoint := range []string{at(1, 0).Endpoint, "GET api.bank.example/v1/other"} {
		_, err := s.Append(t.Context(), capture.Batch{Traffic: []capture.Minute{calls(endpoint, 0, 4, 1, -1)}})
		check(t, err)
	}
	refresh(t, b)
	_, err := s.Append(t.Context(), capture.Batch{Traffic: []capture.Minute{calls("GET api.bank.example/v1/other", 1, 4, 0, time.Second)}})
	check(t, err)
	if n := count(t, s, `SELECT count(*) FROM stale`); n != 0 {
		t.Errorf("a success of an endpoint that did not fail has %d drafts concluded anew", n)
	}
	_, err = s.Append(t.Context(), capture.Batch{Traffic: []capture.Minute{calls(at(1, 0).Endpoint, 1, 4, 0, time.Second)}})
	check(t, err)
	if n := count(t, s, `SELECT count(*) FROM stale`); n != 1 {
		t.Errorf("a success of an endpoint that failed has %d drafts concluded anew", n)
	}
	refresh(t, b)
}

func TestFailuresAreFoundByTheAttachmentsOfTheirDraft(t *testing.T) {
	b, s := bookAndStore(t, at(1, 0), at(1, 1), at(2, 0), at(3, 0))
	picture := []draft.Attachment{{Name: "tela.png", MediaType: "image/png"}}
	b = b.WithAttachments(func(_ context.Context, id string) ([]draft.Attachment, error) {
		if id == lifecycle.ID(at(1, 0).Fingerprint) {
			return picture, nil
		}
		return nil, nil
	})
	refresh(t, b)
	for text, want := range map[string][]string{"has:attachment": {"f-1-1", "f-1-0"}, "-has:attachment": {"f-3-0", "f-2-0"}} {
		only, err := filter.Parse(store.FailureFields(), text, filter.Options{Now: noon})
		check(t, err)
		found, _, err := s.Failures(t.Context(), store.Page{Filter: only})
		check(t, err)
		var ids []string
		for _, f := range found {
			ids = append(ids, f.ID)
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Errorf("%s: -want +got:\n%s", text, diff)
		}
	}
}

// A page that needs but some drafts does not conclude all others first.
func TestAPageAsConcludedLeavesTheRestAlone(t *testing.T) {
	b, s := bookAndStore(t, at(1, 0), at(2, 0), at(3, 0))
	found, _, err := b.Find(t.Context(), lifecycle.Query{AsConcluded: true})
	check(t, err)
	if n := count(t, s, `SELECT count(*) FROM stale`); n != 3 || len(found) != 0 {
		t.Errorf("%d groups are left to look at, and %d drafts found", n, len(found))
	}
	refresh(t, b)
	if found, _, err = b.Find(t.Context(), lifecycle.Query{AsConcluded: true}); err != nil || len(found) != 3 {
		t.Errorf("%d drafts found: %v", len(found), err)
	}
}
