// Package world is what the program is given by its surroundings.
package world

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/term"

	"flagrante/proxy/upstream"
)

// World is what the program is given by its surroundings.
type World struct {
	// Version is that of this program.
	Version  string
	Env      func(string) (string, bool)
	Now      func() time.Time
	In       io.Reader
	Out, Err io.Writer
	// Terminal reports that a person reads out.
	Terminal bool
	// Home asks the system for the home folder of who runs the program; nil does not ask.
	Home func() string
	// Roots are the certificates that this machine trusts, where their reading has begun.
	Roots func() (*upstream.Roots, error)
}

// HomeDir is the home folder of who runs the program: HOME, or where that names none, what the
// system knows of the user. It is empty where neither does.
func (w World) HomeDir() string {
	if home, _ := w.Env("HOME"); filepath.IsAbs(home) {
		return home
	}
	if w.Home == nil {
		return ""
	}
	return w.Home()
}

// SystemRoots waits for what this machine trusts, or reads it.
func (w World) SystemRoots() (*upstream.Roots, error) {
	if w.Roots != nil {
		return w.Roots()
	}
	return upstream.SystemRoots(w.Env)
}

// ReadingRoots is the world while what this machine trusts is read beside what is done.
func (w World) ReadingRoots() World {
	w.Roots = meanwhile(func() (*upstream.Roots, error) { return upstream.SystemRoots(w.Env) })
	return w
}

// IsTerminal reports whether a person reads what is written there.
func IsTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
