// Flagrante stands between an app and the vendor APIs that it calls, catches the
// calls that fail, and hands over the finished support ticket.
package main

import (
	"context"
	"os"
	"os/signal"
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
	}))
}
