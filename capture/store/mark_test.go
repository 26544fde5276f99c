package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

func TestFailuresAreMarkedAndFound(t *testing.T) {
	s := fresh(t)
	a, b, c := storetest.Failure("a", noon), storetest.Failure("b", noon.Add(time.Minute)), unanswered("c", noon.Add(time.Hour))
	add(t, s, capture.Batch{Failures: []*capture.Failure{a, b, c}})
	mark := func(id string, m capture.Mark) {
		t.Helper()
		got, err := s.Mark(t.Context(), id, func(now *capture.Mark) error {
			*now = m
			return nil
		})
		check(t, err)
		f, err := s.Failure(t.Context(), id)
		check(t, err)
		for _, seen := range []capture.Mark{got, f.Mark} {
			if diff := cmp.Diff(m, seen); diff != "" {
				t.Errorf("%s: %s", id, diff)
			}
		}
	}
	mark("a", capture.Mark{Pinned: true})
	mark("b", capture.Mark{Note: "Falei com o banco", NoteBy: "ana", Tags: []string{"pix", "urgente"}})
	for text, want := range map[string][]string{
		"is:pinned": {"a"}, "is:PINNED": {"a"}, "-is:pinned": {"c", "b"}, "tag:pix": {"b"}, "tag:urg*": {"b"}, "tag!=pix": {"c", "a"}, "tag:pix is:pinned": {},
		"tag:pix or is:pinned": {"b", "a"}, "tag:pix or host:x.example": {"c", "b"}, "note:BANCO": {"b"}, "has:note,tag": {"b"}, "-has:tag": {"c", "a"}, "is:pinned,expected": {"a"},
		"tag:pix status:503": {"b"}, "tag:pix status:404": {},
	} {
		if diff := cmp.Diff(want, append([]string{}, listed(t, s, text, 10)...)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
	tags, err := s.Values(t.Context(), "tag", "", 10)
	check(t, err)
	if diff := cmp.Diff([]string{"pix", "urgente"}, tags); diff != "" {
		t.Error(diff)
	}
	// Pruning leaves the pinned one, and takes the other.
	_, err = s.Prune(t.Context(), store.Limits{Before: noon.Add(30 * time.Minute)}, false, nil)
	check(t, err)
	if diff := cmp.Diff([]string{"c", "a"}, listed(t, s, "", 10)); diff != "" {
		t.Error(diff)
	}
	mark("a", capture.Mark{})
	if left := listed(t, s, "is:pinned or has:note or has:tag", 10); len(left) > 0 {
		t.Errorf("still marked: %v", left)
	}
}

func TestARefusedMarkChangesNothing(t *testing.T) {
	s := fresh(t)
	add(t, s, capture.Batch{Failures: []*capture.Failure{storetest.Failure("a", noon)}})
	no := errors.New("no")
	_, err := s.Mark(t.Context(), "a", func(m *capture.Mark) error {
		m.Pinned = true
		return no
	})
	if !errors.Is(err, no) || len(listed(t, s, "is:pinned", 10)) > 0 {
		t.Errorf("got %v", err)
	}
	if _, err := s.Mark(t.Context(), "none", func(*capture.Mark) error { return nil }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}
