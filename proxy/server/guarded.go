package server

import (
	"runtime/debug"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"flagrante/proxy/tap"
)

// guarded keeps a tap away from the traffic: what it is fed it reads after the bytes
// have passed on, and one that panics is fed no more.
type guarded struct {
	tap    tap.Tap
	log    zerolog.Logger
	target string
	clock  func() time.Time

	// mu guards the rest, and the tap.
	mu     sync.Mutex
	broken bool
	// owed is what was fed last and not read yet. Its owner keeps the bytes as they
	// are until settle. Whatever comes next is read after it, so that the tap sees all
	// in the order in which it came.
	owed struct {
		piece      []byte
		fromVendor bool
		at         time.Time
	}
}

// newGuarded returns a guarded tap whose times are those at which it was fed.
func newGuarded(newTap tapMaker, o tap.Options, c tap.Conn, log zerolog.Logger) *guarded {
	g := &guarded{log: log, target: c.Authority, clock: o.Now}
	o.Now = g.now
	o.Become = func(next tap.Tap) { g.tap = next }
	g.tap = newTap(o, c)
	return g
}

// now is the clock of the tap.
func (g *guarded) now() time.Time {
	if !g.owed.at.IsZero() {
		return g.owed.at
	}
	return g.clock()
}

func (g *guarded) App(p []byte)          { g.owe(p, false) }
func (g *guarded) Vendor(p []byte)       { g.owe(p, true) }
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

func (g *guarded) SpeaksHTTP1() (speaks bool) {
	g.do(func() { speaks = g.tap.SpeaksHTTP1() })
	return speaks
}

// drop ends the tap without a word of what it has seen.
func (g *guarded) drop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.read()
	g.broken = true
}

// owe takes a piece that is read at the next settle, or before what comes first.
func (g *guarded) owe(p []byte, fromVendor bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.read()
	if !g.broken {
		g.owed.piece, g.owed.fromVendor, g.owed.at = p, fromVendor, g.clock()
	}
}

// settle lets the tap read what it was fed. The bytes are free then.
func (g *guarded) settle() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.read()
}

func (g *guarded) read() {
	if g.owed.piece == nil {
		return
	}
	g.safely(func() {
		if g.owed.fromVendor {
			g.tap.Vendor(g.owed.piece)
		} else {
			g.tap.App(g.owed.piece)
		}
	})
	g.owed.piece, g.owed.at = nil, time.Time{}
}

func (g *guarded) do(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.read()
	g.safely(f)
}

func (g *guarded) safely(f func()) {
	if g.broken {
		return
	}
	defer func() {
		if cause := recover(); cause != nil {
			g.broken = true
			// The cause may hold bytes of the traffic; the stack does not.
			g.log.Error().Str("host", g.target).Type("cause", cause).Bytes("stack", debug.Stack()).
				Msg("a connection could not be followed and is no longer recorded, its traffic goes on; please report this")
		}
	}()
	f()
}
