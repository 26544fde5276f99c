package speech

import (
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

func TestBothLanguagesHaveTheSameWords(t *testing.T) {
	all, err := Read()
	if err != nil {
		t.Fatal(err)
	}
	pt, en := all[draft.Portuguese].words, all[draft.English].words
	if diff := cmp.Diff(slices.Sorted(maps.Keys(pt)), slices.Sorted(maps.Keys(en))); diff != "" {
		t.Errorf("pt-BR and en differ: %s", diff)
	}
	verb := regexp.MustCompile(`%.`)
	for key := range pt {
		if diff := cmp.Diff(verb.FindAllString(pt[key], -1), verb.FindAllString(en[key], -1)); diff != "" {
			t.Errorf("%s takes other values: %s", key, diff)
		}
	}
}
