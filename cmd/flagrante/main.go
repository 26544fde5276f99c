// Flagrante stands between an app and the vendor APIs that it calls, catches the
// calls that fail, and hands over the finished support ticket.
package main

import (
	"context"
	"os"
	"os/signal"
	"os/user"
	"strings"
	"syscall"
	"time"

	// Time zones are needed where the system has none, as in small containers.
	_ "time/tzdata"

	"flagrante/cmd/flagrante/internal/app"
	// What the start uses is mapped before the packages that it consists of are initialised.
	_ "flagrante/cmd/flagrante/internal/early"
	"flagrante/cmd/flagrante/internal/world"
)

// version is set by the linker.
var version = "dev"

func main() {
	unsetEmpty()
	app.TuneMemory(os.LookupEnv)
	app.TuneProcessors(os.LookupEnv)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], world.World{
		Version:  version,
		Env:      os.LookupEnv,
		Now:      time.Now,
		In:       os.Stdin,
		Out:      os.Stdout,
		Err:      os.Stderr,
		Terminal: world.IsTerminal(os.Stdout),
		Home:     home,
	}))
}

// unsetEmpty has our variables that are empty count as not set, whatever is read from them.
func unsetEmpty() {
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); value == "" && strings.HasPrefix(name, "FLAGRANTE_") {
			// Only a name that no variable can have is an error.
			_ = os.Unsetenv(name)
		}
	}
}

// home is what the system knows of the user, whom it may not know.
func home() string {
	who, err := user.Current()
	if err != nil {
		return ""
	}
	return who.HomeDir
}
