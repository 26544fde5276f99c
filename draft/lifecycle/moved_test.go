package lifecycle_test

import (
	"testing"

	"flagrante/capture"
	"flagrante/draft/lifecycle"
)

func TestOldIDsAndReceiptsFollow(t *testing.T) {
	now, other := at(1, 0), at(2, 400)
	b, s := bookAndStore(t, now, other)
	old := lifecycle.ID("v1-oldoldoldold")
	r := receipt("r1")
	r.DraftID = old
	check(t, begin(t, s, r))
	left, err := b.Moved(t.Context(), map[string]string{"v1-oldoldoldold": now.Fingerprint})
	check(t, err)
	d, err := b.Draft(t.Context(), old)
	check(t, err)
	if left != 0 || d.ID != lifecycle.ID(now.Fingerprint) || len(d.Receipts) != 1 {
		t.Errorf("%s opens %s with receipts %v, %d left", old, d.ID, d.Receipts, left)
	}

	// Grouped anew once more, and together with another that was sent.
	r.ID, r.DraftID = "r2", lifecycle.ID(other.Fingerprint)
	check(t, begin(t, s, r))
	left, err = b.Moved(t.Context(), map[string]string{now.Fingerprint: other.Fingerprint})
	check(t, err)
	now.Fingerprint = other.Fingerprint
	check(t, s.Conclude(t.Context(), []*capture.Failure{now}))
	check(t, s.Regroup(t.Context()))
	d, err = b.Draft(t.Context(), old)
	check(t, err)
	if left != 1 || d.ID != lifecycle.ID(other.Fingerprint) || d.Evidence.Group.Count != 2 || d.Evidence.Group.FirstID != now.ID {
		t.Errorf("%s opens %s with %+v, %d receipts left", old, d.ID, d.Evidence.Group, left)
	}
}
