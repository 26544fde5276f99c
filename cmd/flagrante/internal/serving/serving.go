// Package serving lets commands find the flagrante that serves a data folder: it
// holds a lock for as long as it runs, and says beside it where it listens.
package serving

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// The files in the data folder.
const (
	StateFile = "serve.json"
	lockFile  = "serve.lock"
)

// ErrNone is returned when nothing serves the data folder.
var ErrNone = errors.New("no flagrante serves this data folder")

// State is where a running flagrante is reached.
type State struct {
	PID     int       `json:"pid"`
	Version string    `json:"version"`
	Proxy   string    `json:"proxy"`
	Desk    string    `json:"desk"`
	Started time.Time `json:"started"`
}

// Claim is held while the program serves.
type Claim struct {
	dir  string
	lock *flock.Flock
}

// ErrServed is returned when another process serves the data folder.
var ErrServed = errors.New("another flagrante serves this data folder")

// Lock claims dir for this process, or returns ErrServed.
func Lock(dir string) (*Claim, error) {
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	ours, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("claim the data folder: %w", err)
	}
	if !ours {
		return nil, errors.Join(ErrServed, lock.Close())
	}
	return &Claim{dir, lock}, nil
}

// Announce says where this process serves the folder.
func (c *Claim) Announce(s State) error {
	if err := write(c.dir, s); err != nil {
		return fmt.Errorf("announce the addresses: %w", err)
	}
	return nil
}

// write makes the file appear whole.
func write(dir string, s State) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(dir, StateFile+".new-") // 0600
	if err != nil {
		return err
	}
	_, err = temp.Write(append(data, '\n'))
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), filepath.Join(dir, StateFile))
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}

// Close takes the announcement back. The file of the lock stays: to remove it would
// let two processes hold locks of one name.
func (c *Claim) Close() error {
	if c == nil {
		return nil
	}
	err := os.Remove(filepath.Join(c.dir, StateFile))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, c.lock.Close())
}

// Find returns where dir is served, or ErrNone. What a process left that ended
// without good order does not count: its lock is gone.
func Find(dir string) (State, error) {
	var s State
	data, err := os.ReadFile(filepath.Join(dir, StateFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, ErrNone
	}
	if err != nil {
		return s, fmt.Errorf("find the running flagrante: %w", err)
	}
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	free, err := lock.TryRLock()
	if err != nil {
		return s, fmt.Errorf("find the running flagrante: %w", err)
	}
	if free {
		return s, errors.Join(ErrNone, lock.Close())
	}
	if err := errors.Join(json.Unmarshal(data, &s), lock.Close()); err != nil {
		return s, fmt.Errorf("find the running flagrante: read %s: %w", StateFile, err)
	}
	return s, nil
}
