package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// Somebody pages, and the last failure of the page is taken away before the next one.
func TestAPageGoesOnBehindWhatIsGone(t *testing.T) {
	s := fresh(t)
	var b capture.Batch
	var ids []string
	for i := range 6 {
		at := noon.Add(-time.Duration(i) * time.Hour)
		ids = append(ids, ulid.MustNew(ulid.Timestamp(at), ulid.DefaultEntropy()).String())
		b.Failures = append(b.Failures, storetest.Failure(ids[i], at))
	}
	add(t, s, b)
	_, after, err := s.Failures(t.Context(), store.Page{Limit: 2})
	check(t, err)
	_, err = s.Erase(t.Context(), []string{after})
	check(t, err)
	page, _, err := s.Failures(t.Context(), store.Page{Limit: 2, After: after})
	check(t, err)
	var got []string
	for _, f := range page {
		got = append(got, f.ID)
	}
	if diff := cmp.Diff(ids[2:4], got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, _, err := s.Failures(t.Context(), store.Page{After: "what-is-that"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("behind what never was: %v", err)
	}
}
