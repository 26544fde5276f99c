package views

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/store/storetest"
	"flagrante/draft"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *Shelf {
	t.Helper()
	return New(storetest.Fresh(t, os.Getenv(storetest.Variable)))
}

func TestViewsAreKeptChangedAndRemoved(t *testing.T) {
	s := open(t)
	urgent := View{List: Drafts, Name: "Urgente", Filter: "severity>=high", By: "ana", Changed: noon}
	slow := View{List: Failures, Name: "Urgente", Filter: "kind:slow", By: "bia", Changed: noon}
	again := View{List: Drafts, Name: "Urgente", Filter: "severity:critical", By: "bia", Changed: noon.Add(time.Hour)}
	for _, v := range []View{urgent, slow, again} {
		if err := s.Keep(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	for list, want := range map[string][]View{Drafts: {again}, Failures: {slow}} {
		got, err := s.All(t.Context(), list)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", list, err, diff)
		}
	}
	if err := s.Remove(t.Context(), Drafts, "Urgente"); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(t.Context(), Drafts, "Urgente"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	if got, err := s.All(t.Context(), Failures); len(got) != 1 || err != nil {
		t.Errorf("left %v %v", got, err)
	}
}

func TestWhatCanNotBeKept(t *testing.T) {
	s := open(t)
	for _, v := range []View{
		{List: "portals", Name: "a"}, {List: Drafts}, {List: Drafts, Name: " a"}, {List: Drafts, Name: "a\nb"},
		{List: Drafts, Name: strings.Repeat("á", maxName+1)}, {List: Drafts, Name: "a", Filter: strings.Repeat("x", maxFilter+1)},
	} {
		var refused *draft.RefusedError
		if err := s.Keep(t.Context(), v); !errors.As(err, &refused) {
			t.Errorf("%.40v: %v", v, err)
		}
	}
	for i := range maxViews {
		if err := s.Keep(t.Context(), View{List: Drafts, Name: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Keep(t.Context(), View{List: Drafts, Name: "one more"}); err == nil {
		t.Error("there is no end to views")
	}
	if err := s.Keep(t.Context(), View{List: Drafts, Name: "0", Filter: "x"}); err != nil {
		t.Errorf("a known one can't be changed: %v", err)
	}
}
