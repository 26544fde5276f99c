package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/world/worldtest"
)

// TestALongerRecordingCountsNothingTwice imports recordings of which each goes on from
// the one before.
func TestALongerRecordingCountsNothingTwice(t *testing.T) {
	type numbers struct{ Calls, Failures int64 }
	dir := t.TempDir()
	r := &tape{host: production}
	var got []numbers
	for _, step := range []func(){
		func() { r.each(150, fine, saldo) },
		func() {},
		func() { r.each(2, down, saldo).each(3, fine, saldo) },
		func() {},
		func() { r.each(1, fine, saldo) },
	} {
		step()
		if code := run(t.Context(), []string{"--data", dir, "import", r.file(t, t.TempDir())}, worldtest.New()); code != exitOK {
			t.Fatalf("exit code %d", code)
		}
		got = append(got, numbers{})
		for _, m := range minutes(t, dir) {
			got[len(got)-1].Calls += m.Calls
			got[len(got)-1].Failures += m.Failures
		}
	}
	want := []numbers{{150, 0}, {150, 0}, {155, 2}, {155, 2}, {156, 2}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after each recording (-want +got):\n%s", diff)
	}
}

func minutes(t *testing.T, dir string) []capture.Minute {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(dir, "flagrante.db"))
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Minutes(t.Context(), store.Scope{Host: production}, time.Time{}, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return all
}
