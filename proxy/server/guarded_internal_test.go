package server

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"flagrante/proxy/tap"
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
	faulty := &faulty{}
	g := newGuarded(func(tap.Options, tap.Conn) tap.Tap { return faulty }, tap.Options{Now: time.Now}, tap.Conn{Authority: "api.bank.example:443"}, zerolog.New(io.Writer(&log)))
	g.App([]byte("senha=hunter2"))
	g.App([]byte("more"))
	g.Vendor([]byte("more"))
	g.Close()
	if faulty.fed != 1 || g.Busy() || g.Waiting() {
		t.Errorf("fed %d times, busy %v", faulty.fed, g.Busy())
	}
	if said := log.String(); !strings.Contains(said, "api.bank.example") || strings.Contains(said, "hunter2") {
		t.Errorf("logged %s", said)
	}
}

// noting notes what it is fed, and when.
type noting struct {
	blind
	now func() time.Time
	got []string
}

func (n *noting) App(p []byte)    { n.got = append(n.got, "app "+string(p)+n.now().Format(" 05")) }
func (n *noting) Vendor(p []byte) { n.got = append(n.got, "vendor "+string(p)+n.now().Format(" 05")) }
func (n *noting) AppEnded(error)  { n.got = append(n.got, "app ended"+n.now().Format(" 05")) }

// TestATapReadsLateButInOrder feeds pieces whose bytes are another's after settle.
func TestATapReadsLateButInOrder(t *testing.T) {
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var n *noting
	g := newGuarded(func(o tap.Options, _ tap.Conn) tap.Tap {
		n = &noting{now: o.Now}
		return n
	}, tap.Options{Now: func() time.Time { clock = clock.Add(time.Second); return clock }}, tap.Conn{}, zerolog.Nop())
	request, answer := []byte("ask"), []byte("answer")
	g.App(request)
	if len(n.got) > 0 {
		t.Errorf("%q was read before it passed", n.got)
	}
	g.Vendor(answer)
	g.settle()
	copy(request, "xxx")
	g.settle()
	copy(answer, "yyyyyy")
	g.App([]byte("more"))
	g.AppEnded(nil)
	if diff := cmp.Diff([]string{"app ask 01", "vendor answer 02", "app more 03", "app ended 04"}, n.got); diff != "" {
		t.Error(diff)
	}
}
