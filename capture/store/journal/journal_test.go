package journal_test

import (
	"context"
	"errors"
	"math/rand/v2"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/capture/store/journal"
	"flagrante/capture/store/storetest"
	"flagrante/capture/store/trouble"
	"github.com/google/go-cmp/cmp"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func openJournal(t *testing.T, path, stream string, most int64) *journal.Journal {
	t.Helper()
	j, err := journal.Open(t.Context(), journal.Options{Path: path, Origin: delivery.Origin{ID: "o-1", Machine: "m", App: "a"}, Stream: stream, MaxBytes: most})
	check(t, err)
	return j
}

func kept(t *testing.T, j *journal.Journal, ids ...string) {
	t.Helper()
	for _, id := range ids {
		n, err := j.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{storetest.Failure(id, noon)}})
		check(t, err)
		if n != 1 {
			t.Errorf("%d were kept", n)
		}
	}
}

// named are the deliveries of a journal, as stream and number, with their failure.
func named(t *testing.T, all []delivery.Delivery) (names []string) {
	t.Helper()
	for _, d := range all {
		b, err := delivery.Unpack(d)
		check(t, err)
		names = append(names, d.Stream+string(rune('0'+d.Seq))+b.Failures[0].ID+b.Failures[0].Origin.ID)
	}
	return names
}

func TestJournalKeepsUntilSent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := openJournal(t, path, "s", 0)
	kept(t, j, "a", "b")
	check(t, j.Close())
	j = openJournal(t, path, "t", 0)
	kept(t, j, "c")
	next, err := j.Next(t.Context())
	check(t, err)
	if diff := cmp.Diff([]string{"s1ao-1", "s2bo-1", "t1co-1"}, named(t, next)); diff != "" {
		t.Errorf("in the journal (-want +got):\n%s", diff)
	}
	if h := j.Held(); h.Deliveries != 3 || h.Failures != 3 || h.Bytes == 0 {
		t.Errorf("held: %+v", h)
	}
	check(t, j.Sent(t.Context(), next[:2]))
	check(t, j.Sent(t.Context(), next[:2]))
	next, err = j.Next(t.Context())
	check(t, err)
	if diff := cmp.Diff([]string{"t1co-1"}, named(t, next)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	check(t, j.Sent(t.Context(), next))
	if diff := cmp.Diff(journal.Held{}, j.Held()); diff != "" {
		t.Errorf("held at the end (-want +got):\n%s", diff)
	}
	check(t, j.Close())
	info, err := os.Stat(path)
	check(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestFullJournalIsToldAndWaitedFor(t *testing.T) {
	j := openJournal(t, filepath.Join(t.TempDir(), "journal.db"), "s", 7000)
	defer j.Close()
	told := make(chan string, 10)
	j.Watch(func(r trouble.Report, over bool) {
		if over {
			told <- "over"
			return
		}
		told <- r.Cause
	})
	large := storetest.Failure("large", noon)
	large.Exchange.Request.Body.Data = noise(4000)
	_, err := j.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{large}})
	check(t, err)
	more := storetest.Failure("more", noon)
	more.Exchange.Request.Body.Data = noise(4000)
	batch := capture.Batch{Failures: []*capture.Failure{more}}
	if _, err := j.Append(t.Context(), batch); !errors.Is(err, journal.ErrFull) {
		t.Errorf("a full journal says %v", err)
	}
	if got := <-told; got != trouble.Full {
		t.Errorf("told %q", got)
	}
	if err := j.Ready(t.Context()); err == nil {
		t.Error("a full journal is ready")
	}
	done := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		_, err := j.Append(ctx, batch)
		done <- err
	}()
	next, err := j.Next(t.Context())
	check(t, err)
	check(t, j.Sent(t.Context(), next))
	check(t, <-done)
	if got := <-told; got != "over" {
		t.Errorf("told %q", got)
	}
	check(t, j.Ready(t.Context()))
}

func TestCorruptJournalIsSetAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	check(t, os.WriteFile(path, noise(8192), 0o600))
	if _, err := journal.Open(t.Context(), journal.Options{Path: path, Stream: "s"}); !errors.Is(err, trouble.ErrCorrupt) {
		t.Errorf("a journal of noise: %v", err)
	}
}

// noise is the same bytes each time.
func noise(size int) []byte {
	data := make([]byte, size)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	return data
}
