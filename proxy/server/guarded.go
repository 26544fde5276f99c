package server

import (
	"runtime/debug"
	"sync/atomic"

	"github.com/rs/zerolog"

	"flagrante/proxy/tap"
)

// guarded keeps a fault in a tap away from the traffic: a tap that panics is fed
// no more, and the bytes pass on.
type guarded struct {
	tap    tap.Tap
	log    zerolog.Logger
	target string
	broken atomic.Bool
}

func (g *guarded) App(p []byte)          { g.do(func() { g.tap.App(p) }) }
func (g *guarded) Vendor(p []byte)       { g.do(func() { g.tap.Vendor(p) }) }
func (g *guarded) AppEnded(err error)    { g.do(func() { g.tap.AppEnded(err) }) }
func (g *guarded) VendorEnded(err error) { g.do(func() { g.tap.VendorEnded(err) }) }
func (g *guarded) Close()                { g.do(g.tap.Close) }

func (g *guarded) Busy() (busy bool) {
	g.do(func() { busy = g.tap.Busy() })
	return busy
}

func (g *guarded) Waiting() (waiting bool) {
	g.do(func() { waiting = g.tap.Waiting() })
	return waiting
}

func (g *guarded) do(f func()) {
	if g.broken.Load() {
		return
	}
	defer func() {
		if cause := recover(); cause != nil {
			g.broken.Store(true)
			// The cause may hold bytes of the traffic; the stack does not.
			g.log.Error().Str("host", g.target).Type("cause", cause).Bytes("stack", debug.Stack()).
				Msg("a connection could not be followed and is no longer recorded, its traffic goes on; please report this")
		}
	}()
	f()
}
