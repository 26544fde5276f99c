package store_test

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/capture/store/journal"
	"flagrante/capture/store/storetest"
)

// Streams that ended long ago are forgotten, and nothing counts twice when a folder that
// was restored sends what they brought once more.
func TestForgottenStreamsCountOnce(t *testing.T) {
	s, old, young := fresh(t), caught("a", 4), caught("b", 3)
	for i := range young {
		for _, f := range young[i].Failures {
			f.Time = f.Time.AddDate(1, 0, 0)
		}
		young[i].Traffic[0].Start = young[i].Traffic[0].Start.AddDate(1, 0, 0)
	}
	for _, d := range [][]delivery.Delivery{packed(t, "old", old), packed(t, "young", young)} {
		check(t, s.Deliver(t.Context(), d))
	}
	takeAll(t, s)
	before := content(t, s)
	calls := number(t, s, `SELECT sum(calls) FROM minutes`)
	n, err := s.ForgetStreams(t.Context(), noon.AddDate(0, 6, 0))
	check(t, err)
	if left := number(t, s, `SELECT count(*) FROM streams`); n != 1 || left != 1 {
		t.Errorf("%d streams were forgotten, %d are left", n, left)
	}
	for _, d := range [][]delivery.Delivery{packed(t, "old", old), packed(t, "young", young)} {
		check(t, s.Deliver(t.Context(), d))
	}
	takeAll(t, s)
	if diff := cmp.Diff(before, content(t, s), cmpopts.EquateComparable(netip.AddrPort{})); diff != "" {
		t.Errorf("what came again counts twice (-once +twice):\n%s", diff)
	}
	if again := number(t, s, `SELECT sum(calls) FROM minutes`); again != calls {
		t.Errorf("%d calls are counted, %d were", again, calls)
	}
}

// A stream goes on when it was forgotten, as that of a proxy that was away for years.
func TestAForgottenStreamGoesOn(t *testing.T) {
	s, all := fresh(t), caught("a", 4)
	deliveries := packed(t, "one", all)
	check(t, s.Deliver(t.Context(), deliveries[:2]))
	takeAll(t, s)
	_, err := s.ForgetStreams(t.Context(), noon.AddDate(2, 0, 0))
	check(t, err)
	check(t, s.Deliver(t.Context(), deliveries[1:]))
	takeAll(t, s)
	if ids := listed(t, s, "", 10); len(ids) != 4 {
		t.Errorf("stored are %v", ids)
	}
	if groups := number(t, s, `SELECT sum(count) FROM groups`); groups != 3 {
		t.Errorf("the groups count %d, one of four is expected", groups)
	}
}

// Two proxies have one folder, of which one is a copy that was made while something
// waited in it: what waited counts once, and what each catches afterwards counts.
func TestACopiedFolderSendsOnce(t *testing.T) {
	dir := t.TempDir()
	keeping := func(path, stream string, ids ...string) *journal.Journal {
		j, err := journal.Open(t.Context(), journal.Options{Path: path, Origin: delivery.Origin{ID: "o-1", Machine: "m", App: "a"}, Stream: stream})
		check(t, err)
		for _, id := range ids {
			_, err := j.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{storetest.Failure(id, noon)}})
			check(t, err)
		}
		return j
	}
	check(t, keeping(filepath.Join(dir, "journal.db"), "before the copy", "a", "b").Close())
	copyTo := filepath.Join(dir, "copied.db")
	data, err := os.ReadFile(filepath.Join(dir, "journal.db"))
	check(t, err)
	check(t, os.WriteFile(copyTo, data, 0o600))
	s := fresh(t)
	for i, path := range []string{filepath.Join(dir, "journal.db"), copyTo} {
		j := keeping(path, fmt.Sprintf("opening %d", i), fmt.Sprintf("own-%d", i))
		next, err := j.Next(t.Context())
		check(t, err)
		check(t, s.Deliver(t.Context(), next))
		takeAll(t, s)
	}
	ids := listed(t, s, "", 10)
	slices.Sort(ids)
	if diff := cmp.Diff([]string{"a", "b", "own-0", "own-1"}, ids); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n := number(t, s, `SELECT sum(count) FROM groups`); n != 4 {
		t.Errorf("the groups count %d, want 4", n)
	}
}

// A database that was restored from a backup knows less of a stream than was sent: what
// comes next is stored, and what is in doubt is asked for again by nobody.
func TestARestoredDatabaseTakesWhatComesNext(t *testing.T) {
	s, batches := fresh(t), caught("a", 5)
	all := packed(t, "one", batches)
	check(t, s.Deliver(t.Context(), all[:2]))
	takeAll(t, s)
	// Deliveries 3 and 4 were stored after the backup, and are lost with what came later.
	check(t, s.Deliver(t.Context(), all[4:]))
	takeAll(t, s)
	same(t, direct(t, batches[:2], batches[4:]), s)
}
