package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// raw reports in which of the database's files some bytes are.
func raw(t *testing.T, path, text string) (in []string) {
	t.Helper()
	for _, part := range []string{"", "-wal", "-shm"} {
		data, err := os.ReadFile(path + part)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if bytes.Contains(bytes.ToLower(data), []byte(text)) {
			in = append(in, "flagrante.db"+part)
		}
	}
	return in
}

// TestErasedWordsLeaveTheIndexToo erases a word that stands in a column of a list.
func TestErasedWordsLeaveTheIndexToo(t *testing.T) {
	const word = "qqzefirino"
	path := storetest.Place(t, "")
	s := open(t, path)
	f, other := storetest.Failure("a", noon), storetest.Failure("b", noon.Add(time.Second))
	f.Vendor.Message = "cliente " + word + " não encontrado"
	add(t, s, capture.Batch{Failures: []*capture.Failure{f, other}})
	index(t, s)
	if in := raw(t, path, word); len(in) == 0 || len(listed(t, s, word, 10)) != 1 {
		t.Fatal("the word is not there before")
	}
	_, err := s.EraseTexts(t.Context(), []string{word}, "[x]", false)
	check(t, err)
	check(t, s.Scrub(t.Context()))
	if in := raw(t, path, word); len(in) > 0 {
		t.Errorf("the word is left in %v", in)
	}
	if diff := cmp.Diff([][]string{{}, {"b", "a"}}, [][]string{listed(t, s, word, 10), listed(t, s, "code:E1", 10)}); diff != "" {
		t.Error(diff)
	}
}

// TestWhatIsConcludedAnewIsFoundAnew changes what failures are, as other rules do.
func TestWhatIsConcludedAnewIsFoundAnew(t *testing.T) {
	s := fresh(t)
	var all []*capture.Failure
	for i := range 30 {
		all = append(all, storetest.Failure(fmt.Sprintf("id-%02d", i), noon.Add(time.Duration(i)*time.Second)))
	}
	add(t, s, capture.Batch{Failures: all})
	index(t, s)
	all[7].Vendor, all[7].Fingerprint = capture.Vendor{Code: "NOVO-9", Message: "agencia encerrada"}, "v2-another"
	check(t, s.Conclude(t.Context(), all[7:8]))
	check(t, s.Regroup(t.Context()))
	index(t, s)
	for text, want := range map[string][]string{"code:NOVO-9": {"id-07"}, "fingerprint:v2-another": {"id-07"}, "encerrada": {"id-07"}} {
		if diff := cmp.Diff(want, listed(t, s, text, 10)); diff != "" {
			t.Errorf("%s: -want +got\n%s", text, diff)
		}
	}
}

// TestSortsGoWithTheirLastFailure prunes all failures of two groups, and some of a third.
func TestSortsGoWithTheirLastFailure(t *testing.T) {
	s := fresh(t)
	for i, name := range []string{"v2-a", "v2-b", "v2-c", "v2-c"} {
		f := storetest.Failure(fmt.Sprint(i), noon.Add(time.Duration(i)*time.Hour))
		f.Fingerprint = name
		add(t, s, capture.Batch{Failures: []*capture.Failure{f}})
	}
	_, err := s.Prune(t.Context(), store.Limits{Failures: 1}, false, nil)
	check(t, err)
	if n := number(t, s, `SELECT count(*) FROM sorts`); n != 1 {
		t.Errorf("%d sorts are left, want that of the last failure", n)
	}
	// One that comes again is known again.
	f := storetest.Failure("again", noon.Add(9*time.Hour))
	f.Fingerprint = "v2-a"
	add(t, s, capture.Batch{Failures: []*capture.Failure{f}})
	if diff := cmp.Diff([]string{"again"}, listed(t, s, "fingerprint:v2-a", 10)); diff != "" {
		t.Error(diff)
	}
}

// TestPruningLetsOthersWriteBetweenItsSteps stores a failure after each step of a prune.
func TestPruningLetsOthersWriteBetweenItsSteps(t *testing.T) {
	s := fresh(t)
	aged(t, s, 1200)
	steps, most, before := 0, int64(0), int64(0)
	pruned, err := s.Prune(t.Context(), store.Limits{Before: noon.Add(1000 * time.Minute)}, false, func(p store.Pruned) {
		steps++
		most, before = max(most, p.Failures-before), p.Failures
		// Nobody holds the file: to wait for it would take the pruner that waits for us.
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err := s.Append(ctx, capture.Batch{Failures: []*capture.Failure{storetest.Failure(fmt.Sprintf("new-%d", steps), noon.Add(time.Duration(2000+steps)*time.Minute))}})
		check(t, err)
	})
	check(t, err)
	if pruned.Failures < 990 || steps < 10 || most > 100 {
		t.Errorf("%d failures went in %d steps, the largest of %d", pruned.Failures, steps, most)
	}
	if n := number(t, s, `SELECT count(*) FROM failures WHERE id LIKE 'new-%'`); n != int64(steps) {
		t.Errorf("%d of %d failures came in between", n, steps)
	}
	problems, _, err := s.Check(t.Context())
	check(t, err)
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
}
