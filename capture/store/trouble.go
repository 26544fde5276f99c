package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3"

	"flagrante/capture/store/postgres"
)

// ErrCorrupt is returned for a file that is no database, or no whole one.
var ErrCorrupt = errors.New("the database is corrupt")

// The causes of trouble.
const (
	CauseFull     = "full"
	CauseReadOnly = "read_only"
	CauseLocked   = "locked"
	CauseCorrupt  = "corrupt"
	CauseDisk     = "disk"
	// CauseAway is that of a shared database that can't be reached.
	CauseAway = "away"
)

// Causes returns all of them.
func Causes() []string {
	return []string{CauseFull, CauseReadOnly, CauseLocked, CauseCorrupt, CauseDisk, CauseAway}
}

// Trouble says why failures can't be stored at the moment.
type Trouble struct {
	// Cause is one of the causes above.
	Cause string `json:"cause"`
	// Text says it in words, and names the file.
	Text string `json:"text"`
	// Aside is where a corrupt file was put, empty for other causes.
	Aside string `json:"aside,omitempty"`
}

// trouble is what is known of it.
type trouble struct {
	mu     sync.Mutex
	now    Trouble
	in     bool
	notify func(t Trouble, over bool)
}

// Watch has f called when storing begins to fail, when the cause changes, when a
// corrupt file was set aside, and when storing works again (over). It makes Append
// set corrupt files aside. It is called before the first Append.
func (s *Store) Watch(f func(t Trouble, over bool)) { s.trouble.notify = f }

// Trouble returns why failures can't be stored now, and whether they can't.
func (s *Store) Trouble() (Trouble, bool) { return s.trouble.current() }

func (t *trouble) current() (Trouble, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.now, t.in
}

func (t *trouble) begin(now Trouble) {
	t.mu.Lock()
	defer t.mu.Unlock()
	same := t.in && t.now.Cause == now.Cause && now.Aside == ""
	t.now, t.in = now, true
	if t.notify != nil && !same {
		t.notify(now, false)
	}
}

func (t *trouble) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.in && t.notify != nil {
		t.notify(t.now, true)
	}
	t.now, t.in = Trouble{}, false
}

// causeOf tells errors of the file from those of what is stored, which have none.
func causeOf(err error) string {
	if errors.Is(err, ErrJournalFull) {
		return CauseFull
	}
	var of sqlite3.Error
	if !errors.As(err, &of) {
		return centralCause(err)
	}
	switch of.Code {
	case sqlite3.ErrFull:
		return CauseFull
	case sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm:
		return CauseReadOnly
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return CauseLocked
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return CauseCorrupt
	case sqlite3.ErrIoErr:
		return CauseDisk
	}
	return ""
}

// centralCause tells errors of a shared database.
func centralCause(err error) string {
	switch {
	case err == nil:
		return ""
	case postgres.Full(err):
		return CauseFull
	case postgres.ReadOnly(err):
		return CauseReadOnly
	case postgres.Again(err):
		return CauseLocked
	case postgres.Damaged(err):
		return CauseDisk
	case postgres.Away(err):
		return CauseAway
	}
	return ""
}

// Hindered reports whether an error is one of the file, which can't be written or read at
// the moment, and not of what was to be stored.
func Hindered(err error) bool { return causeOf(err) != "" }

// Locked reports whether an error says that others hold the file.
func Locked(err error) bool { return causeOf(err) == CauseLocked }

// asCorrupt makes an error of a corrupt file ErrCorrupt.
func asCorrupt(err error) error {
	if causeOf(err) == CauseCorrupt {
		return errors.Join(ErrCorrupt, err)
	}
	return err
}

// mend notes why storing failed, and sets a corrupt file aside.
func (s *Store) mend(ctx context.Context, err error) error {
	cause := causeOf(err)
	if cause == "" {
		return err
	}
	t := Trouble{Cause: cause, Text: fmt.Sprintf("%s: %v", s.Name(), err)}
	if cause != CauseCorrupt || s.trouble.notify == nil || s.Central() {
		s.trouble.begin(t)
		return err
	}
	old := s.db()
	aside, setErr := SetAside(s.path)
	if setErr != nil {
		s.trouble.begin(t)
		return errors.Join(err, setErr)
	}
	db, openErr := openDatabase(ctx, s.driver, s.path)
	if openErr != nil {
		s.trouble.begin(t)
		return errors.Join(err, openErr)
	}
	s.open.Store(db)
	t.Aside = aside
	s.trouble.begin(t)
	// What reads from the old file ends with an error of its own.
	return errors.Join(err, old.close())
}

// lockedAfter is how long failures wait for their turn to be stored before that is told. SQLite
// itself waits longer, for each writer of this process that comes before them.
const lockedAfter = 3 * time.Second

// overdue has it told that the file is locked when begun is not called in time. Nothing is
// told after that.
func (s *Store) overdue() (begun func()) {
	if s.Central() {
		return func() {}
	}
	var mu sync.Mutex
	over := false
	timer := time.AfterFunc(s.patience, func() {
		mu.Lock()
		defer mu.Unlock()
		if _, in := s.Trouble(); !over && !in {
			s.trouble.begin(Trouble{Cause: CauseLocked, Text: fmt.Sprintf("%s: others have been writing for %v", s.Name(), s.patience)})
		}
	})
	return func() {
		timer.Stop()
		mu.Lock()
		defer mu.Unlock()
		over = true
	}
}

// SetAside renames a database that is corrupt, and what belongs to it, so that a
// fresh one can take its place. The name tells when it was written last, in UTC. It
// returns the new name.
func SetAside(path string) (aside string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("set the database aside: %w", err)
	}
	base := path + ".corrupt-" + info.ModTime().UTC().Format("20060102T150405Z")
	aside = base
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		}
		aside = fmt.Sprintf("%s-%d", base, n)
	}
	for _, part := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+part, aside+part); err != nil && (part == "" || !errors.Is(err, fs.ErrNotExist)) {
			return "", fmt.Errorf("set the database aside: %w", err)
		}
	}
	return aside, nil
}

const (
	// firstPause is how long is waited before the file is tried again, twice as long
	// each time up to maxPause.
	firstPause = 50 * time.Millisecond
	maxPause   = time.Second
)

// again says when to try again.
type again struct {
	pause    time.Duration
	deadline bool
}

func newAgain(ctx context.Context) *again {
	_, ok := ctx.Deadline()
	return &again{firstPause, ok}
}

// wait waits before the next try, and reports whether there is one.
func (a *again) wait(ctx context.Context, err error) bool {
	if !a.deadline || causeOf(err) == "" {
		return false
	}
	timer := time.NewTimer(a.pause)
	defer timer.Stop()
	a.pause = min(2*a.pause, maxPause)
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
