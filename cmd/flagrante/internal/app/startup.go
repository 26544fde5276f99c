package app

import (
	"math"
	"runtime/debug"
	"time"

	"flagrante/capture/background"
	"flagrante/cmd/flagrante/internal/resident"
)

const (
	// gcPercent is how much the heap may grow, over what is in use, before garbage is
	// collected.
	gcPercent = 100
	// startTime is how long the start of the program takes at most, and startLimit how
	// much memory it may take, in bytes, before garbage is collected after all.
	startTime  = 500 * time.Millisecond
	startLimit = 64 << 20
)

// TuneMemory lets the program start without collecting garbage, of which the start makes
// most, and then gives back to the system what is not in use. What a user has set holds.
func TuneMemory(env func(string) (string, bool)) {
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		if _, set := env(name); set {
			return
		}
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(startLimit)
	time.AfterFunc(startTime, func() {
		debug.SetGCPercent(gcPercent)
		debug.SetMemoryLimit(math.MaxInt64)
		debug.FreeOSMemory()
		// Where that is not allowed, the process only shows more.
		_ = resident.DropClean()
	})
}

// TuneProcessors gives the traffic back what the work in the background takes from it. The
// start has none of that yet, and would begin more threads than there are processors. What a
// user has set holds.
func TuneProcessors(env func(string) (string, bool)) {
	if _, set := env("GOMAXPROCS"); !set {
		time.AfterFunc(startTime, background.MakeRoom)
	}
}
