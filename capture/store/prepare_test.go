package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
	"flagrante/proxy"
)

// TestBatchesOfAllSizesAreStoredWhole has rows made by one thread and by two, with
// bodies that repeat and such that don't, from several goroutines.
func TestBatchesOfAllSizesAreStoredWhole(t *testing.T) {
	s := fresh(t)
	r := rand.New(rand.NewPCG(3, 4))
	repeated := [][]byte{text(r), text(r), []byte("short"), nil}
	want := map[string]*capture.Failure{}
	var batches []capture.Batch
	for i, size := range []int{1, 15, 16, 17, 128, 128} {
		var b capture.Batch
		for n := range size {
			f := typical(1000*i+n, repeated[n%4], text(r))
			if n%3 == 0 {
				f.Before = []capture.Call{{Exchange: proxy.Exchange{ID: fmt.Sprint(n), Request: proxy.Request{Body: proxy.Body{Data: text(r)}}}}}
			}
			b.Failures, want[f.ID] = append(b.Failures, f), f
		}
		batches = append(batches, b)
	}
	var wg sync.WaitGroup
	errs := make([]error, len(batches))
	for i, b := range batches {
		wg.Go(func() { _, errs[i] = s.Append(t.Context(), b) })
	}
	wg.Wait()
	check(t, errors.Join(errs...))
	for id, f := range want {
		got, err := s.Failure(t.Context(), id)
		check(t, err)
		bodies := func(f *capture.Failure) []string {
			all := []string{string(f.Exchange.Request.Body.Data), string(f.Exchange.Response.Body.Data)}
			for _, c := range f.Before {
				all = append(all, c.Exchange.ID, string(c.Exchange.Request.Body.Data))
			}
			return all
		}
		if diff := cmp.Diff(bodies(f), bodies(got)); diff != "" {
			t.Fatalf("%s: -want +got\n%s", id, diff)
		}
	}
	if s.Central() {
		return // Bodies are not shared there.
	}
	for query, want := range map[string]int64{
		`SELECT sum(refs) - (SELECT count(request_content) + count(response_content) FROM exchanges) FROM contents`: 0,
		`SELECT count(*) FROM contents c LEFT JOIN content_data d ON d.n = c.n WHERE d.n IS NULL`:                   0,
		`SELECT count(*) FROM contents`: 2,
	} {
		if got := number(t, s, query); got != want {
			t.Errorf("%s: got %d, want %d", query, got, want)
		}
	}
}

// TestNothingWorksOnAfterClose looks for goroutines, also where a store is closed twice
// and asked to store afterwards.
func TestNothingWorksOnAfterClose(t *testing.T) {
	before := goleak.IgnoreCurrent()
	s, err := store.Open(t.Context(), storetest.Place(t, ""))
	check(t, err)
	var b capture.Batch
	for n := range 40 {
		b.Failures = append(b.Failures, typical(n, nil, nil))
	}
	add(t, s, b)
	check(t, s.Close())
	check(t, s.Close())
	for range 3 {
		if _, err := s.Append(t.Context(), b); err == nil {
			t.Error("a closed store stores")
		}
	}
	goleak.VerifyNone(t, before)
}

// TestBodyThatAnotherDeletedIsStoredAnew takes away a body that this process knows to
// be in the file.
func TestBodyThatAnotherDeletedIsStoredAnew(t *testing.T) {
	path := storetest.Place(t, "")
	s, other := open(t, path), open(t, path)
	body := text(rand.New(rand.NewPCG(5, 6)))
	for i := range 3 {
		add(t, s, capture.Batch{Failures: []*capture.Failure{typical(i, body, nil)}})
	}
	_, err := other.Erase(t.Context(), []string{typical(1, nil, nil).ID, typical(2, nil, nil).ID})
	check(t, err)
	if n := number(t, s, `SELECT count(*) FROM contents`); n != 0 {
		t.Fatalf("%d bodies are left", n)
	}
	f := typical(3, body, nil)
	add(t, s, capture.Batch{Failures: []*capture.Failure{f}})
	got, err := s.Failure(t.Context(), f.ID)
	check(t, err)
	if !bytes.Equal(got.Exchange.Request.Body.Data, body) {
		t.Errorf("the body is %q", got.Exchange.Request.Body.Data)
	}
}

// TestFailureThatIsThereAlreadyLeavesNoTrace stores a batch twice.
func TestFailureThatIsThereAlreadyLeavesNoTrace(t *testing.T) {
	s := fresh(t)
	body := text(rand.New(rand.NewPCG(7, 8)))
	var b capture.Batch
	for i := range 40 {
		b.Failures = append(b.Failures, typical(i, body, body))
	}
	for _, want := range []int{40, 0} {
		stored, err := s.Append(t.Context(), b)
		check(t, err)
		if stored != want {
			t.Errorf("stored %d, want %d", stored, want)
		}
	}
	problems, _, err := s.Check(t.Context())
	check(t, err)
	if len(problems) > 0 {
		t.Errorf("found %v", problems)
	}
	if s.Central() {
		return // Bodies are not shared there.
	}
	if n := number(t, s, `SELECT sum(refs) - (SELECT count(request_content) + count(response_content) FROM exchanges) FROM contents`); n != 0 {
		t.Errorf("%d uses too many", n)
	}
}
