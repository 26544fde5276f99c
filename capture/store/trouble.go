package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"flagrante/capture/store/engine"
	"flagrante/capture/store/trouble"
)

// Watch has f called when storing begins to fail, when the cause changes, when a
// corrupt file was set aside, and when storing works again (over). It makes Append
// set corrupt files aside. It is called before the first Append.
func (s *Store) Watch(f func(r trouble.Report, over bool)) { s.trouble.Notify = f }

// Trouble returns why failures can't be stored now, and whether they can't.
func (s *Store) Trouble() (trouble.Report, bool) { return s.trouble.Current() }

// Hindered reports whether an error is one of the file, which can't be written or read at
// the moment, and not of what was to be stored.
func Hindered(err error) bool { return trouble.Of(err) != "" }

// mend notes why storing failed, and sets a corrupt file aside.
func (s *Store) mend(ctx context.Context, err error) error {
	cause := trouble.Of(err)
	if cause == "" {
		return err
	}
	t := trouble.Report{Cause: cause, Text: fmt.Sprintf("%s: %v", s.Name(), err)}
	if cause != trouble.Corrupt || s.trouble.Notify == nil || s.Central() {
		s.trouble.Begin(t)
		return err
	}
	old := s.db()
	aside, setErr := engine.SetAside(s.path)
	if setErr != nil {
		s.trouble.Begin(t)
		return errors.Join(err, setErr)
	}
	db, openErr := openFile(ctx, s.driver, s.path)
	if openErr != nil {
		s.trouble.Begin(t)
		return errors.Join(err, openErr)
	}
	s.open.Store(db)
	t.Aside = aside
	s.trouble.Begin(t)
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
			s.trouble.Begin(trouble.Report{Cause: trouble.Locked, Text: fmt.Sprintf("%s: others have been writing for %v", s.Name(), s.patience)})
		}
	})
	return func() {
		timer.Stop()
		mu.Lock()
		defer mu.Unlock()
		over = true
	}
}
