package server

import (
	"io"
	"strings"
	"testing"

	"github.com/rs/zerolog"
)

// faulty panics with what it is fed.
type faulty struct {
	blind
	fed int
}

func (f *faulty) App(p []byte) {
	f.fed++
	panic(string(p))
}

func TestAFaultyTapIsFedNoMore(t *testing.T) {
	var log strings.Builder
	tap := &faulty{}
	g := &guarded{tap: tap, log: zerolog.New(io.Writer(&log)), target: "api.bank.example:443"}
	g.App([]byte("senha=hunter2"))
	g.App([]byte("more"))
	g.Vendor([]byte("more"))
	g.Close()
	if tap.fed != 1 || g.Busy() || g.Waiting() {
		t.Errorf("fed %d times, busy %v", tap.fed, g.Busy())
	}
	if said := log.String(); !strings.Contains(said, "api.bank.example") || strings.Contains(said, "hunter2") {
		t.Errorf("logged %s", said)
	}
}
