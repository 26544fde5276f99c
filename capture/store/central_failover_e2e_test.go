//go:build e2e

package store_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture/background"
	"flagrante/capture/delivery"
	"flagrante/capture/store"
	"flagrante/capture/store/journal"
	"flagrante/capture/store/storetest"
)

// either is an address that leads to whichever of two servers takes what is written
// (https://www.postgresql.org/docs/current/libpq-connect.html, target_session_attrs).
func either(t *testing.T, one, other *storetest.Server) string {
	t.Helper()
	u, err := url.Parse(one.Address)
	check(t, err)
	second, err := url.Parse(other.Address)
	check(t, err)
	u.Host += "," + second.Host
	values := u.Query()
	values.Set("target_session_attrs", "read-write")
	u.RawQuery = values.Encode()
	return u.String()
}

// journalOf opens a journal as a proxy has one.
func journalOf(t *testing.T, stream string) *journal.Journal {
	t.Helper()
	j, err := journal.Open(t.Context(), journal.Options{
		Path: filepath.Join(t.TempDir(), "journal.db"), Origin: delivery.Origin{ID: "o-" + stream, Machine: "m-" + stream, App: "app"}, Stream: stream, MaxBytes: 1 << 30,
	})
	check(t, err)
	t.Cleanup(func() { check(t, j.Close()) })
	return j
}

// TestAStandbyTakesThePlaceOfItsServer kills a server while a proxy sends and a desk stores. What was
// acknowledged is in the standby; what was not is sent once more, and counts once.
func TestAStandbyTakesThePlaceOfItsServer(t *testing.T) {
	if os.Getenv(storetest.Variable) == "" {
		return // In the second run alone: these servers are its own.
	}
	first := storetest.Running(t)
	owner, err := store.Open(t.Context(), first.Address) // It makes the tables.
	check(t, err)
	check(t, owner.Close())
	second := first.Standby(t)
	address := either(t, first, second)
	s := storetest.Open(t, address)
	journal := journalOf(t, "one")
	sender, err := store.OpenSender(address)
	check(t, err)
	defer func() { check(t, sender.Close()) }()
	shipper := delivery.Ship(journal, sender, zerolog.Nop())
	defer shipper.Close()
	stored := make(chan int, 1000)
	worker := delivery.Work(s, asTheyAre, func(taken delivery.Taken) { stored <- taken.Stored }, zerolog.Nop())
	defer worker.Close()

	const batches = 120
	all := caught("a", batches)
	for i, b := range all {
		_, err := journal.Append(t.Context(), b)
		check(t, err)
		switch i {
		case batches / 3:
			<-stored // It is in the middle of its work.
			check(t, first.Run(t.Context(), "kill"))
		case 2 * batches / 3:
			// Nobody takes anything; the reason says what is looked for.
			err := sender.Reach(t.Context())
			if !store.Hindered(err) || !strings.Contains(err.Error(), "read") {
				t.Errorf("with a standby alone: %v", err)
			}
			check(t, second.Run(t.Context(), "promote"))
		}
	}
	waiting(t, func() bool {
		found, _, err := s.Failures(t.Context(), store.Page{Limit: 1000})
		return err == nil && len(found) == batches
	})
	same(t, direct(t, all), s)
	if n := number(t, s, `SELECT twins FROM streams`); n != 0 {
		t.Errorf("%d deliveries are taken for those of another machine", n)
	}
}

// waiting waits until something is so, as long as a test may take.
func waiting(t *testing.T, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); !is(); {
		if time.Now().After(deadline) {
			t.Fatal("it never is")
		}
		background.Rest(t.Context(), 50*time.Millisecond)
	}
}
