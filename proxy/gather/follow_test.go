package gather_test

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"flagrante/proxy/gather"
)

// taken is what Follow has read.
type taken struct {
	text string
	err  error
	// calls counts the times that something may have arrived.
	calls int
}

// take reads all that has arrived in pieces of up to size bytes, and reports whether
// there may be more.
func (g *taken) take(c *gather.Conn, size int) bool {
	g.calls++
	piece := make([]byte, size)
	for {
		n, err := c.Read(piece)
		g.text += string(piece[:n])
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return true
		case err != nil:
			g.err = err
			return false
		}
	}
}

// bounded has a test that hangs fail.
func bounded(t *testing.T, c net.Conn) {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
}

// wrapped is a connection of which it can't be told what has arrived.
type wrapped struct{ net.Conn }

func TestFollowReadsAllToTheEnd(t *testing.T) {
	for name, around := range map[string]func(net.Conn) net.Conn{
		"socket":  func(c net.Conn) net.Conn { return c },
		"wrapped": func(c net.Conn) net.Conn { return wrapped{c} },
	} {
		for _, size := range []int{1, 2, 64} {
			inner, peer := pair(t)
			c := gather.New(around(inner.NetConn()))
			bounded(t, c)
			go func() {
				for _, piece := range []string{"a", "bc", "def"} {
					_, _ = io.WriteString(peer, piece)
				}
				peer.Close()
			}()
			var got taken
			if err := c.Follow(func() bool { return got.take(c, size) }); err != nil || got.text != "abcdef" || !errors.Is(got.err, io.EOF) {
				t.Errorf("%s, %d bytes at a time: read %q, %v, and waiting returned %v", name, size, got.text, got.err, err)
			}
		}
	}
}

// TestFollowFindsAnEndThatIsNotToldApart has much pass, and then the last byte and the end
// arrive together, of which the poller tells once.
func TestFollowFindsAnEndThatIsNotToldApart(t *testing.T) {
	c, peer := pair(t)
	bounded(t, c)
	write(t, peer, "x")
	var got taken
	const many = 100
	err := c.Follow(func() bool {
		more := got.take(c, 64)
		switch {
		case len(got.text) == many:
			write(t, peer, "x")
			peer.Close()
		case len(got.text) < many && len(got.text) == got.calls:
			write(t, peer, "x")
		}
		return more
	})
	if err != nil || len(got.text) != many+1 || !errors.Is(got.err, io.EOF) {
		t.Errorf("read %d bytes, %v, and waiting returned %v", len(got.text), got.err, err)
	}
}

func TestFollowReturnsWhyItCannotWait(t *testing.T) {
	c, _ := pair(t)
	if err := c.SetReadDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if err := c.Follow(func() bool { return true }); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("after a deadline waiting returned %v", err)
	}
	c.Close()
	if err := c.Follow(func() bool { return true }); !errors.Is(err, net.ErrClosed) {
		t.Errorf("of a closed connection waiting returned %v", err)
	}
}

func TestFollowEndsWhenAskedTo(t *testing.T) {
	c, peer := pair(t)
	bounded(t, c)
	write(t, peer, "ab")
	var got taken
	if err := c.Follow(func() bool { return got.take(c, 8) && got.text == "" }); err != nil || got.text != "ab" {
		t.Errorf("read %q, waiting returned %v", got.text, err)
	}
	write(t, peer, "cd")
	wantRead(t, c, "cd")
}
