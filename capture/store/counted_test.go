package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
)

func TestCountedCallsAreRememberedUpToABound(t *testing.T) {
	s := fresh(t)
	var b capture.Batch
	for i := range 10 {
		b.Counted = append(b.Counted, capture.Counted{ID: fmt.Sprint(i), Time: noon.Add(time.Duration(i%5) * time.Minute)})
	}
	add(t, s, b)
	add(t, s, b)
	known := func() (ids []string) {
		for i := range 12 {
			is, err := s.Counted(t.Context(), fmt.Sprint(i))
			check(t, err)
			if is {
				ids = append(ids, fmt.Sprint(i))
			}
		}
		return ids
	}
	if diff := cmp.Diff([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, known()); diff != "" {
		t.Errorf("known calls:\n%s", diff)
	}
	check(t, store.ForgetCounted(t.Context(), s, 4))
	if diff := cmp.Diff([]string{"3", "4", "8", "9"}, known()); diff != "" {
		t.Errorf("of the last minutes:\n%s", diff)
	}
}
