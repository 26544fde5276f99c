package app

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"
	"github.com/rs/zerolog"

	"flagrante/capture"
	"flagrante/capture/record"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/world/worldtest"
)

// TestReadyMeansIt breaks what has to work, one thing after the other.
func TestReadyMeansIt(t *testing.T) {
	w := worldtest.New()
	conf, err := config.Read("", w)
	if err != nil {
		t.Fatal(err)
	}
	conf.Proxy.Listen, conf.Desk.Listen = "127.0.0.1:0", "127.0.0.1:0"
	dir := t.TempDir()
	a, err := Open(t.Context(), Options{Dir: dir, Config: conf, World: w, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	patient := t.Context()
	expect := func(ctx context.Context, want string) {
		t.Helper()
		if err := a.works(ctx); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("ready: %v, want %q", err, want)
		}
	}
	expect(patient, "")

	other, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, datadir.DatabaseFile)+"?_txlock=exclusive")
	if err != nil {
		t.Fatal(err)
	}
	held, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	hurried, cancel := context.WithTimeout(patient, 50*time.Millisecond)
	defer cancel()
	expect(hurried, "the store can't be read and written")
	if err := errors.Join(held.Rollback(), other.Close()); err != nil {
		t.Fatal(err)
	}
	expect(patient, "")

	a.health.watch(refusing{}).Append(t.Context(), capture.Batch{}) //nolint:errcheck // The error is what counts.
	expect(patient, "the store can't be written")
	a.health.failed.Store(nil)

	place := a.CAPath
	a.CAPath = filepath.Join(dir, "gone", "ca", "ca.pem")
	expect(patient, "the data folder can't be written")
	a.CAPath = place

	a.refresher.since.Store(w.Now().Add(-2 * refreshPatience).UnixNano())
	expect(patient, "drafts are not brought up to date")
	a.refresher.since.Store(0)
	expect(patient, "")

	if err := a.listeners.proxy.Close(); err != nil {
		t.Fatal(err)
	}
	expect(patient, "the proxy takes no connections")
	if err := a.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}

// refusing can't store anything.
type refusing struct{ record.Appender }

func (refusing) Append(context.Context, capture.Batch) (int, error) {
	return 0, errors.New("it is broken")
}

func TestRefresherIsStuck(t *testing.T) {
	at := time.Unix(1_000_000, 0)
	var outcome error
	r := &refresher{now: func() time.Time { return at }, log: zerolog.Nop(), refresh: func(context.Context, int) (bool, error) { return true, outcome }}
	step := func(outcomeOf error, after time.Duration, want bool) {
		t.Helper()
		outcome = outcomeOf
		r.once(t.Context())
		at = at.Add(after)
		if got := r.stuck(); got != want {
			t.Errorf("after %v at %v: stuck is %v", outcomeOf, at, got)
		}
	}
	broken := errors.New("it is broken")
	step(nil, time.Hour, false)
	step(broken, refreshPatience/2, false)
	step(broken, refreshPatience, true)
	step(nil, 0, false)
	step(context.Canceled, 0, false)
}

func TestReachable(t *testing.T) {
	for listening, want := range map[string]string{"127.0.0.1:8790": "127.0.0.1:8790", "0.0.0.0:8790": "127.0.0.1:8790", "[::]:8790": "127.0.0.1:8790", "10.0.0.1:80": "10.0.0.1:80"} {
		addr, err := net.ResolveTCPAddr("tcp", listening)
		if err != nil {
			t.Fatal(err)
		}
		if got := reachable(addr); got != want {
			t.Errorf("%s: %s, want %s", listening, got, want)
		}
	}
}
