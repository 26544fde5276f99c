package serving_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/cmd/flagrante/internal/serving"
)

func state(proxy string) serving.State {
	return serving.State{PID: 7, Version: "v1", Proxy: proxy, Desk: "127.0.0.1:8791", Started: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
}

func announce(dir string, s serving.State) (*serving.Claim, error) {
	claim, err := serving.Lock(dir)
	if err != nil {
		return nil, err
	}
	err = claim.Announce(s)
	return claim, err
}

func TestFindsWhoServes(t *testing.T) {
	dir := t.TempDir()
	if _, err := serving.Find(dir); !errors.Is(err, serving.ErrNone) {
		t.Fatalf("before: %v, want ErrNone", err)
	}
	claim, err := announce(dir, state("127.0.0.1:1"))
	must(t, err)
	got, err := serving.Find(dir)
	must(t, err)
	if diff := cmp.Diff(state("127.0.0.1:1"), got); diff != "" {
		t.Error(diff)
	}
	info, err := os.Stat(filepath.Join(dir, serving.StateFile))
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %04o, want 0600", info.Mode().Perm())
	}
	must(t, claim.Close())
	if _, err := serving.Find(dir); !errors.Is(err, serving.ErrNone) {
		t.Errorf("after: %v, want ErrNone", err)
	}
}

func TestTheFirstStaysTheOneToBeFound(t *testing.T) {
	dir := t.TempDir()
	first, err := announce(dir, state("127.0.0.1:1"))
	must(t, err)
	if _, err := announce(dir, state("127.0.0.1:2")); !errors.Is(err, serving.ErrServed) {
		t.Errorf("the second: %v, want ErrServed", err)
	}
	got, err := serving.Find(dir)
	must(t, err)
	if got.Proxy != "127.0.0.1:1" {
		t.Errorf("found %s", got.Proxy)
	}
	must(t, first.Close())
}

func TestWhatACrashLeftDoesNotCount(t *testing.T) {
	dir := t.TempDir()
	claim, err := announce(dir, state("127.0.0.1:1"))
	must(t, err)
	left, err := os.ReadFile(filepath.Join(dir, serving.StateFile))
	must(t, err)
	must(t, claim.Close())
	must(t, os.WriteFile(filepath.Join(dir, serving.StateFile), left, 0o600))
	if _, err := serving.Find(dir); !errors.Is(err, serving.ErrNone) {
		t.Errorf("got %v, want ErrNone", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
