// Package trouble says what keeps a store or a journal from storing: which errors are of the
// file or the server, and not of what was to be stored, and since when there are some.
package trouble

import (
	"errors"
	"fmt"
	"sync"

	"github.com/mattn/go-sqlite3"

	"flagrante/capture/store/postgres"
)

// ErrCorrupt is the error of a file that is no database, or no whole one.
var ErrCorrupt = errors.New("the database is corrupt")

// The causes of trouble.
const (
	Full     = "full"
	ReadOnly = "read_only"
	Locked   = "locked"
	Corrupt  = "corrupt"
	Disk     = "disk"
	// Away is that of a shared database that can't be reached.
	Away = "away"
)

// Causes returns all of them.
func Causes() []string { return []string{Full, ReadOnly, Locked, Corrupt, Disk, Away} }

// Report says why nothing can be stored at the moment.
type Report struct {
	// Cause is one of the causes above.
	Cause string `json:"cause"`
	// Text says it in words, and names the file.
	Text string `json:"text"`
	// Aside is where a corrupt file was put, empty for other causes.
	Aside string `json:"aside,omitempty"`
}

// State is whether there is trouble. It is safe for use by many goroutines.
type State struct {
	// Notify is called when trouble begins, when its cause changes, when a corrupt file was
	// set aside, and when it is over. It is set before anything is stored; nil for nobody.
	Notify func(r Report, over bool)

	mu  sync.Mutex
	now Report
	in  bool
}

// Current returns what the trouble is, and whether there is any.
func (s *State) Current() (Report, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now, s.in
}

// Begin notes that there is trouble.
func (s *State) Begin(now Report) {
	s.mu.Lock()
	defer s.mu.Unlock()
	same := s.in && s.now.Cause == now.Cause && now.Aside == ""
	s.now, s.in = now, true
	if s.Notify != nil && !same {
		s.Notify(now, false)
	}
}

// End notes that something could be stored.
func (s *State) End() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.in && s.Notify != nil {
		s.Notify(s.now, true)
	}
	s.now, s.in = Report{}, false
}

// Of returns the cause that an error tells of, empty for those of what is stored, and for nil.
func Of(err error) string {
	var of sqlite3.Error
	if !errors.As(err, &of) {
		return central(err)
	}
	switch of.Code {
	case sqlite3.ErrFull:
		return Full
	case sqlite3.ErrReadonly, sqlite3.ErrCantOpen, sqlite3.ErrPerm:
		return ReadOnly
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return Locked
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return Corrupt
	case sqlite3.ErrIoErr:
		return Disk
	}
	return ""
}

// central tells errors of a shared database.
func central(err error) string {
	switch {
	case err == nil:
		return ""
	case postgres.Full(err):
		return Full
	case postgres.ReadOnly(err):
		return ReadOnly
	case postgres.Again(err):
		return Locked
	case postgres.Damaged(err):
		return Disk
	case postgres.Away(err):
		return Away
	}
	return ""
}

// AsCorrupt makes an error of a corrupt file ErrCorrupt.
func AsCorrupt(err error) error {
	if Of(err) == Corrupt {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return err
}
