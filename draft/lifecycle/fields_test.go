package lifecycle_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/filter"
	"flagrante/draft"
	"flagrante/draft/lifecycle"
	"flagrante/draft/words"
)

func onlyDrafts(t *testing.T, text string) *filter.Filter {
	t.Helper()
	f, err := filter.Parse(lifecycle.DraftFields(), text, filter.Options{Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestDraftsAreFiltered(t *testing.T) {
	one, other := failure(0, "v2-aaaaaaaaaaaaaaaa"), failure(1, "v2-bbbbbbbbbbbbbbbb")
	other.Host, other.Endpoint, other.Vendor.Code = "sandbox.bank.example", "GET sandbox.bank.example/saldo/{id}", "E9"
	other.Exchange.Request.Method, other.Exchange.Request.URL = "GET", "https://sandbox.bank.example/saldo/7?senha=zebra"
	b, s := bookAndStore(t, one, other)
	if _, err := s.Index(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Tag(t.Context(), "d-bbbbbbbbbb", draft.Change{Actor: "ana", At: time.Now()}, []string{"Urgente"}, nil); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		"":                      {"d-aaaaaaaaaa", "d-bbbbbbbbbb"},
		"env:homologação":       {"d-bbbbbbbbbb"},
		"tag:urgente":           {"d-bbbbbbbbbb"},
		"-tag:urg* state:new":   {"d-aaaaaaaaaa"},
		"severity>=low count:1": {"d-aaaaaaaaaa", "d-bbbbbbbbbb"},
		"path:/saldo/*":         {"d-bbbbbbbbbb"},
		"code:e9 or id:d-a*":    {"d-aaaaaaaaaa", "d-bbbbbbbbbb"},
		"zebra":                 {"d-bbbbbbbbbb"},
		"missing:media":         {"d-aaaaaaaaaa", "d-bbbbbbbbbb"},
		"has:attachment":        {},
		"is:edited":             {"d-bbbbbbbbbb"},
	} {
		drafts, _, err := b.Find(t.Context(), lifecycle.Query{Filter: onlyDrafts(t, text), Sort: "host"})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		ids := []string{}
		for _, d := range drafts {
			ids = append([]string{d.ID}, ids...)
		}
		if len(ids) == 2 && ids[0] > ids[1] {
			ids[0], ids[1] = ids[1], ids[0]
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Errorf("%s: -want +got\n%s", text, diff)
		}
	}
}

func TestEveryFieldOfDraftsCanBeAskedForAndHasAWord(t *testing.T) {
	b := book(t)
	for _, f := range lifecycle.DraftFields().Fields {
		texts, keys := []string{f.Name + ":1d"}, []string{"field." + f.Name}
		switch {
		case f.Type == filter.Number || f.Type == filter.Status:
			texts = []string{f.Name + ">=1"}
		case len(f.Values) > 0:
			texts = nil
			for _, value := range f.Values {
				texts = append(texts, f.Name+":"+value)
			}
		}
		if f.Type == filter.Flag {
			keys = nil
			for _, value := range f.Values {
				keys = append(keys, "flag."+f.Name+"."+value)
			}
		}
		for _, text := range texts {
			if _, _, err := b.Find(t.Context(), lifecycle.Query{Filter: onlyDrafts(t, text)}); err != nil {
				t.Errorf("%s: %v", text, err)
			}
		}
		for _, key := range keys {
			if words.Text(draft.Portuguese, key, nil) == key {
				t.Errorf("there is no %s", key)
			}
		}
	}
}
