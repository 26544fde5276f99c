package lifecycle_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/lifecycle"
)

func ids(drafts []draft.Draft) (names []string) {
	for _, d := range drafts {
		names = append(names, d.ID)
	}
	return names
}

func TestMergeSplitAndUndo(t *testing.T) {
	other := failure(5, "v2-other00000000000")
	other.Endpoint = "POST api.bank.example/v1/ted"
	b := book(t, failure(1, fingerprint), failure(2, fingerprint), other)
	otherID := lifecycle.ID(other.Fingerprint)
	d, err := b.Merge(t.Context(), theID, ana(1), otherID)
	check(t, err)
	g := d.Evidence.Group
	if g.Count != 3 || g.FirstID != "f01" || g.LastID != "f05" || len(g.Members) != 2 || !slices.Equal(d.Merged, []string{otherID}) {
		t.Errorf("merged: %+v", g)
	}
	list := func() []string {
		drafts, _, err := b.List(t.Context(), "", 10)
		check(t, err)
		return ids(drafts)
	}
	opened, err := b.Draft(t.Context(), otherID)
	check(t, err)
	if opened.ID != theID || !slices.Equal(list(), []string{theID}) {
		t.Errorf("%s opens %s, the list is %v", otherID, opened.ID, list())
	}
	out, err := b.Split(t.Context(), theID, ana(2), otherID)
	check(t, err)
	if out.ID != otherID || out.State != draft.StateNew || !slices.Equal(list(), []string{otherID, theID}) {
		t.Errorf("split off %s (%s), the list is %v", out.ID, out.State, list())
	}
	_, err = b.Merge(t.Context(), theID, ana(3), otherID)
	check(t, err)
	_, err = b.Undo(t.Context(), theID, ana(4))
	check(t, err)
	if got := list(); !slices.Equal(got, []string{otherID, theID}) {
		t.Errorf("after the undo the list is %v", got)
	}
	_, err = b.Merge(t.Context(), theID, ana(5), theID)
	refused(t, err)
}

func TestSplitFromAHostThatFailsAsAWhole(t *testing.T) {
	b := book(t, at(1, 0), at(2, 0), at(3, 0))
	check(t, b.RollUp(t.Context(), time.Time{}))
	drafts, _, err := b.List(t.Context(), "", 10)
	check(t, err)
	part := lifecycle.ID("v2-000003endpoint")
	out, err := b.Split(t.Context(), drafts[0].ID, ana(1), part)
	check(t, err)
	check(t, b.RollUp(t.Context(), time.Time{}))
	if got := list(t, b); len(drafts) != 1 || out.ID != part || !cmp.Equal(got, map[string]int64{"api.bank.example/*": 2, "GET api.bank.example/v1/e3": 1}) {
		t.Errorf("%d drafts; split off %s; then %v", len(drafts), out.ID, got)
	}
	_, err = b.Undo(t.Context(), part, ana(2))
	check(t, err)
	if got := list(t, b); !cmp.Equal(got, map[string]int64{"api.bank.example/*": 3}) {
		t.Errorf("after the undo: %v", got)
	}
}

func TestDecisionsFollowARegrouping(t *testing.T) {
	now := at(1, 0)
	b, s := bookAndStore(t, now, at(2, 400))
	old := lifecycle.ID(now.Fingerprint)
	_, err := b.Note(t.Context(), old, ana(1), "visto com o time de Pix")
	check(t, err)
	now.Fingerprint = "v2-newnewnewnew000"
	check(t, s.Conclude(t.Context(), []*capture.Failure{now}))
	check(t, s.Regroup(t.Context()))
	_, err = b.Moved(t.Context(), map[string]string{"v2-000001endpoint": now.Fingerprint})
	check(t, err)
	d, err := b.Draft(t.Context(), old)
	check(t, err)
	entries, err := b.History(t.Context(), old)
	check(t, err)
	if d.ID != lifecycle.ID(now.Fingerprint) || len(d.Notes) != 1 || d.Notes[0].Text != "visto com o time de Pix" || len(entries) != 1 {
		t.Errorf("%s opens %s with notes %v and %d entries", old, d.ID, d.Notes, len(entries))
	}
	if got := list(t, b); len(got) != 2 {
		t.Errorf("the list is %v", got)
	}
}
