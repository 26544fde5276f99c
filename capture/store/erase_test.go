package store_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTextsOfManyFailuresAreChangedInSteps changes more failures than one transaction
// does, in all of which the text stands, and forgets them in the index.
func TestTextsOfManyFailuresAreChangedInSteps(t *testing.T) {
	s := fresh(t)
	scattered(t, s, 4500)
	for left := true; left; {
		var err error
		left, err = s.Index(t.Context(), 2000)
		check(t, err)
	}
	held, err := s.EraseTexts(t.Context(), []string{"recusada"}, "[x]", true)
	check(t, err)
	erased, err := s.EraseTexts(t.Context(), []string{"recusada"}, "[x]", false)
	check(t, err)
	changed, err := s.RewriteTexts(t.Context(), func(text string) string { return strings.ReplaceAll(text, "[x]", "[y]") })
	check(t, err)
	if diff := cmp.Diff([]map[string]int64{{"failures": 4500}, {"failures": 4500}, {"failures": 4500}}, []map[string]int64{held, erased, changed}); diff != "" {
		t.Errorf("found, erased and rewritten: -want +got:\n%s", diff)
	}
	if n := number(t, s, `SELECT count(*) FROM failures WHERE vendor_message = '[y]'`); n != 4500 {
		t.Errorf("%d messages were changed", n)
	}
	kept := `SELECT count(*) FROM search_parts WHERE erase = 0`
	if s.Central() {
		kept = `SELECT count(*) FROM failures WHERE n NOT IN (SELECT n FROM unindexed)`
	}
	if n := number(t, s, kept); n != 0 {
		t.Errorf("%d parts of the index keep their words", n)
	}
}
