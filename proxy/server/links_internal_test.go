package server

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"flagrante/proxy/tap"
	"flagrante/proxy/upstream"
)

// answering is a tap of one call: it is busy until it has read the answer's end.
type answering struct {
	blind
	busy bool
}

func (a *answering) App([]byte)    { a.busy = true }
func (a *answering) Vendor([]byte) { a.busy = false }
func (a *answering) Busy() bool    { return a.busy }

// lateTaker is an app's connection that takes what is written when it may, and says
// that it is to take something.
type lateTaker struct {
	net.Conn
	due chan<- struct{}
	may <-chan struct{}
}

func (l *lateTaker) Write(p []byte) (int, error) {
	close(l.due)
	<-l.may
	return l.Conn.Write(p)
}

// linked starts a link of one call, and returns the outer ends. The app's connection is
// what around makes of it.
func linked(t *testing.T, links *links, around func(net.Conn) net.Conn) (l *link, app, vendor net.Conn) {
	t.Helper()
	inside, app := net.Pipe()
	outside, vendor := net.Pipe()
	for _, end := range []net.Conn{app, vendor} {
		end.SetDeadline(time.Now().Add(10 * time.Second))
		t.Cleanup(func() { end.Close() })
	}
	l = &link{
		app: around(inside), vendor: &upstream.Conn{Conn: outside}, buffers: &buffers{}, linger: time.Minute,
		tap: newGuarded(func(tap.Options, tap.Conn) tap.Tap { return &answering{} }, tap.Options{Now: time.Now}, tap.Conn{}, zerolog.Nop()),
	}
	links.start(l)
	return l, app, vendor
}

// TestShutdownWaitsForWhatIsOnItsWay has an answer whose end the tap has read, and the
// app has not: it is not cut off.
func TestShutdownWaitsForWhatIsOnItsWay(t *testing.T) {
	due, may := make(chan struct{}), make(chan struct{})
	links := newLinks()
	l, app, vendor := linked(t, links, func(c net.Conn) net.Conn { return &lateTaker{c, due, may} })
	_, err := io.WriteString(app, "call")
	fatal(t, err)
	_, err = io.ReadFull(vendor, make([]byte, len("call")))
	fatal(t, err)
	_, err = io.WriteString(vendor, "answer")
	fatal(t, err)
	<-due
	if l.rest() {
		t.Error("the link may be closed while the answer is on its way to the app")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- links.shutdown(ctx) }()
	close(may)
	got, err := io.ReadAll(app)
	fatal(t, err)
	if string(got) != "answer" {
		t.Errorf("the app got %q", got)
	}
	fatal(t, <-ended)
}

// TestNothingPassesARestingLink has an app that calls when the link is about to close:
// the vendor is not asked what nobody would hear the answer of.
func TestNothingPassesARestingLink(t *testing.T) {
	links := newLinks()
	l, _, vendor := linked(t, links, func(c net.Conn) net.Conn { return c })
	if !l.rest() {
		t.Fatal("an idle link may not be closed")
	}
	go io.Copy(io.Discard, vendor)
	if l.forward(l.app, l.vendor, []byte("call"), l.tap.App, l.vendorEnded) {
		t.Error("the vendor was asked")
	}
	l.close()
	links.running.Wait()
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
