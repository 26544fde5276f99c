//go:build e2e

package store_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// TestWordsAreFoundInAllPartsOfTheIndex has failures in many parts, of which the times overlap, some
// at the same microsecond, and some indexed by a program that had no parts.
func TestWordsAreFoundInAllPartsOfTheIndex(t *testing.T) {
	shared(t, func(address string) {
		s := storetest.Open(t, address)
		var rare, all, or []string
		at := map[string]time.Time{}
		for part := range 40 {
			check(t, store.OnWriter(t.Context(), s, fmt.Sprintf(`SELECT setval('failure_numbers', %d)`, part*4096+4090)))
			var b capture.Batch
			for i := range 12 {
				// Each batch is of two parts, and reaches into the times of its neighbours.
				f := storetest.Failure(fmt.Sprintf("%02d-%02d", part, i), noon.Add(time.Duration(part)*24*time.Hour+time.Duration(i/2)*time.Duration(part%7)*9*time.Hour))
				f.Vendor.Message = "recusada"
				if i == 5 && part%3 == 0 {
					f.Vendor.Message = "recusada por limite noturno"
					rare = append(rare, f.ID)
				}
				if i == 5 && part%3 == 0 || i == 6 {
					or = append(or, f.ID)
				}
				if i == 6 {
					f.Vendor.Code = "E77"
				}
				at[f.ID], all = f.Time, append(all, f.ID)
				b.Failures = append(b.Failures, f)
			}
			_, err := s.Append(t.Context(), b)
			check(t, err)
		}
		index(t, s)
		check(t, store.OnWriter(t.Context(), s, `UPDATE exchanges SET words = regexp_replace(words::text, '''[0-9a-f]+\.', '''', 'g')::tsvector WHERE n % 5 = 0`))
		for _, ids := range [][]string{rare, all, or} {
			slices.SortFunc(ids, func(a, b string) int { return cmp.Or(at[b].Compare(at[a]), cmp.Compare(b, a)) })
		}
		for _, want := range []struct {
			text string
			ids  []string
		}{
			{"noturno", rare}, {"not*", rare}, {`"limite noturno"`, rare}, {"noturno limite", rare}, {"recusada", all}, {"recus* -limite -code:E77", slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(or, id) })},
			{"noturno or code:E77", or}, {"ecusada", []string{}},
		} {
			for _, size := range []int{3, 50, 1000} {
				if diff := gocmp.Diff(want.ids, listed(t, s, want.text, size)); diff != "" {
					t.Errorf("%s in pages of %d (-want +got):\n%s", want.text, size, diff)
				}
			}
		}
	})
}

// TestWordsAreNotMissedWhileTheyAreIndexed searches while others index.
func TestWordsAreNotMissedWhileTheyAreIndexed(t *testing.T) {
	shared(t, func(address string) {
		s, other := storetest.Open(t, address), storetest.Open(t, address)
		const failures = 400
		var b capture.Batch
		for n := range failures {
			f := storetest.Failure(fmt.Sprintf("%04d", n), noon.Add(time.Duration(n)*time.Second))
			f.Vendor.Message = "limite noturno"
			b.Failures = append(b.Failures, f)
		}
		_, err := s.Append(t.Context(), b)
		check(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		var indexer sync.WaitGroup
		indexer.Go(func() {
			var err error
			for left := true; left && err == nil; {
				left, err = other.Index(ctx, 8)
			}
			ended <- err
		})
		defer func() { cancel(); indexer.Wait() }()
		for {
			if n := len(listed(t, s, "noturno", 1000)); n != failures {
				t.Fatalf("%d of %d are found", n, failures)
			}
			select {
			case err := <-ended:
				check(t, err)
				return
			default:
			}
		}
	})
}
