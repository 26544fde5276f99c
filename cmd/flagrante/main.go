// Flagrante stands between an app and the vendor APIs that it calls, catches the
// calls that fail, and hands over the finished support ticket.
package main

import (
	"context"
	"crypto/x509"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	// Time zones are needed where the system has none, as in small containers.
	_ "time/tzdata"

	"golang.org/x/term"

	"flagrante/proxy/upstream"
)

// version is set by the linker.
var version = "dev"

func main() {
	tuneMemory(os.LookupEnv)
	tuneProcessors(os.LookupEnv)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], world{
		version:  version,
		env:      os.LookupEnv,
		now:      time.Now,
		in:       os.Stdin,
		out:      os.Stdout,
		err:      os.Stderr,
		terminal: isTerminal(os.Stdout),
	}))
}

// world is what the program is given by its surroundings.
type world struct {
	// version is that of this program.
	version  string
	env      func(string) (string, bool)
	now      func() time.Time
	in       io.Reader
	out, err io.Writer
	// terminal reports that a person reads out.
	terminal bool
	// roots are the certificates that this machine trusts, where their reading has begun.
	roots func() (*x509.CertPool, error)
}

// systemRoots waits for what this machine trusts, or reads it.
func (w world) systemRoots() (*x509.CertPool, error) {
	if w.roots != nil {
		return w.roots()
	}
	return upstream.SystemRoots(w.env)
}

// readingRoots is the world while what this machine trusts is read beside what is done.
func (w world) readingRoots() world {
	w.roots = meanwhile(func() (*x509.CertPool, error) { return upstream.SystemRoots(w.env) })
	return w
}

// isTerminal reports whether a person reads what is written there.
func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
