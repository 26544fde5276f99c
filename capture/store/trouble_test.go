package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/engine"
	"flagrante/capture/store/storetest"
	"flagrante/capture/store/trouble"
)

// heard collects what a store tells of its trouble.
type heard struct {
	came chan string
}

func watch(s *store.Store) *heard {
	h := &heard{came: make(chan string, 100)}
	s.Watch(func(t trouble.Report, over bool) { h.came <- fmt.Sprintf("%s %v", t.Cause, over) })
	return h
}

func (h *heard) next(t *testing.T) string {
	t.Helper()
	select {
	case said := <-h.came:
		return said
	case <-time.After(20 * time.Second):
		t.Fatal("nothing is said of trouble")
		return ""
	}
}

// noise is what can't be packed.
func noise(size int) []byte {
	data := make([]byte, size)
	for i, r := 0, rand.New(rand.NewPCG(1, 2)); i < size; i++ {
		data[i] = byte(r.Uint32())
	}
	return data
}

// appended stores a failure as the recorder does, on a goroutine of its own.
func appended(t *testing.T, s *store.Store, id string) (done chan error) {
	t.Helper()
	done = make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	f := storetest.Failure(id, noon)
	f.Exchange.Response.Body.Data = noise(100_000)
	go func() {
		_, err := s.Append(ctx, capture.Batch{Failures: []*capture.Failure{f}})
		done <- err
	}()
	return done
}

func TestFullDiskIsToldAndWaitedFor(t *testing.T) {
	s := freshFile(t)
	h := watch(s)
	do(t, s, fmt.Sprintf(`PRAGMA max_page_count = %d`, number(t, s, `SELECT page_count FROM pragma_page_count`)))
	done := appended(t, s, "a")
	if said := h.next(t); said != "full false" {
		t.Fatalf("said: %s", said)
	}
	report, in := s.Trouble()
	if !in || report.Cause != trouble.Full || s.Ready(t.Context()) == nil {
		t.Errorf("trouble: %+v, ready: %v", report, s.Ready(t.Context()))
	}
	do(t, s, `PRAGMA max_page_count = 1000000`)
	check(t, <-done)
	if said := h.next(t); said != "full true" {
		t.Errorf("said: %s", said)
	}
	_, err := s.Failure(t.Context(), "a")
	check(t, errors.Join(err, s.Ready(t.Context())))
}

func TestFullDiskWithoutADeadlineIsAnError(t *testing.T) {
	s := freshFile(t)
	do(t, s, fmt.Sprintf(`PRAGMA max_page_count = %d`, number(t, s, `SELECT page_count FROM pragma_page_count`)))
	f := storetest.Failure("a", noon)
	f.Exchange.Response.Body.Data = noise(100_000)
	if _, err := s.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{f}}); err == nil {
		t.Error("stored on a full disk")
	}
}

// damaged is a database with a page in the middle that is none.
func damaged(t *testing.T, path string, from int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	check(t, err)
	info, err := f.Stat()
	check(t, err)
	_, err = f.WriteAt([]byte(strings.Repeat("rubbish ", int(info.Size()-from)/8)), from)
	check(t, errors.Join(err, f.Close()))
}

func TestCorruptFileIsSetAside(t *testing.T) {
	path := storetest.Place(t, "")
	s := open(t, path)
	check(t, <-appended(t, s, "a"))
	do(t, s, `DELETE FROM meta WHERE name = 'none'`)
	check(t, s.Close())

	s = open(t, path)
	h := watch(s)
	damaged(t, path, 4096)
	check(t, <-appended(t, s, "b"))
	if said := h.next(t); said != "corrupt false" {
		t.Fatalf("said: %s", said)
	}
	if said := h.next(t); said != "corrupt true" {
		t.Fatalf("said: %s", said)
	}
	_, err := s.Failure(t.Context(), "b")
	check(t, err)
	if _, err := s.Failure(t.Context(), "a"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a: %v", err)
	}
	kept, err := filepath.Glob(path + ".corrupt-*Z")
	check(t, err)
	if len(kept) != 1 {
		t.Fatalf("kept: %v", kept)
	}
	data, err := os.ReadFile(kept[0])
	check(t, err)
	if !strings.Contains(string(data), "rubbish") {
		t.Error("it is not the corrupt file")
	}
	// It goes on after a start, too.
	check(t, s.Close())
	s = open(t, path)
	_, err = s.Failure(t.Context(), "b")
	check(t, err)
}

func TestCorruptFileIsSaidAtTheStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flagrante.db")
	check(t, os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0o600))
	if _, err := store.Open(t.Context(), path); !errors.Is(err, trouble.ErrCorrupt) {
		t.Fatalf("open: %v", err)
	}
	for range 2 {
		aside, err := engine.SetAside(path)
		check(t, err)
		check(t, os.WriteFile(path, []byte("more"), 0o600))
		check(t, os.Chtimes(path, noon, noon))
		check(t, os.Chtimes(aside, noon, noon))
	}
	if _, err := engine.SetAside(path); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(path + "*")
	check(t, err)
	if len(names) != 3 {
		t.Errorf("got %v", names)
	}
}

func TestLockedFileIsToldAndWaitedFor(t *testing.T) {
	path := storetest.Place(t, "")
	s := open(t, path)
	h := watch(s)
	// The time that SQLite itself waits is ten seconds.
	do(t, s, `PRAGMA busy_timeout = 1`)
	other, err := sql.Open("sqlite3", path+"?_txlock=exclusive")
	check(t, err)
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil)
	check(t, err)
	done := appended(t, s, "a")
	if said := h.next(t); said != "locked false" {
		t.Fatalf("said: %s", said)
	}
	check(t, tx.Rollback())
	check(t, <-done)
	if diff := cmp.Diff("locked true", h.next(t)); diff != "" {
		t.Error(diff)
	}
}

// TestLockedFileIsToldBeforeSQLiteGivesUp has another program hold the file, while a writer of
// this process waits before the failure, too: each of the two may wait ten seconds.
func TestLockedFileIsToldBeforeSQLiteGivesUp(t *testing.T) {
	path := storetest.Place(t, "")
	s := open(t, path)
	h := watch(s)
	store.Patience(s, time.Millisecond)
	other, err := sql.Open("sqlite3", path+"?_txlock=exclusive")
	check(t, err)
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil)
	check(t, err)
	before := make(chan error, 1)
	go func() { before <- s.Update(t.Context(), func(*sql.Tx) error { return nil }) }()
	done := appended(t, s, "a")
	if said := h.next(t); said != "locked false" {
		t.Fatalf("said: %s", said)
	}
	select {
	case err := <-done:
		t.Fatalf("the failure waits no more: %v", err)
	default:
	}
	check(t, tx.Rollback())
	check(t, errors.Join(<-before, <-done))
	if diff := cmp.Diff("locked true", h.next(t)); diff != "" {
		t.Error(diff)
	}
	// What comes in time is no trouble.
	store.Patience(s, time.Hour)
	check(t, <-appended(t, s, "b"))
	if report, in := s.Trouble(); in {
		t.Errorf("trouble: %+v", report)
	}
}

// writable ends query_only, which no transaction can be begun under.
func writable(t *testing.T, s *store.Store) {
	t.Helper()
	check(t, store.OnWriter(t.Context(), s, `PRAGMA query_only = 0`))
}

func TestReadOnlyFileIsToldAndWaitedFor(t *testing.T) {
	s := freshFile(t)
	h := watch(s)
	check(t, store.OnWriter(t.Context(), s, `PRAGMA query_only = 1`))
	done := appended(t, s, "a")
	if said := h.next(t); said != "read_only false" {
		t.Fatalf("said: %s", said)
	}
	// Asking for it is no writing.
	if n := number(t, s, `SELECT count(*) FROM failures`); n != 0 {
		t.Errorf("%d failures are stored already", n)
	}
	writable(t, s)
	check(t, <-done)
	if diff := cmp.Diff("read_only true", h.next(t)); diff != "" {
		t.Error(diff)
	}
}
