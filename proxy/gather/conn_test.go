package gather_test

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"

	"flagrante/proxy/gather"
)

// pair returns the two ends of a connection.
func pair(t *testing.T) (ours *gather.Conn, peer net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if peer, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { peer.Close() })
	return gather.New(c), peer
}

func write(t *testing.T, c io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

func wantRead(t *testing.T, c io.Reader, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("read %q, %v, wanted %q", got, err, want)
	}
}

func TestReadsWithoutPatience(t *testing.T) {
	for _, patience := range []gather.Patience{gather.Glance, gather.None} {
		c, peer := pair(t)
		c.Be(patience)
		if n, err := c.Read(make([]byte, 8)); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("patience %d: a read of nothing returned %d, %v", patience, n, err)
		}
		write(t, peer, "later")
		c.Be(gather.Wait)
		wantRead(t, c, "later")
	}
}

func TestGlanceTakesWhatIsThereAndLeavesTheEnd(t *testing.T) {
	c, peer := pair(t)
	write(t, peer, "ab")
	peer.Close()
	wantRead(t, c, "a")
	c.Be(gather.Glance)
	wantRead(t, c, "b")
	if _, err := c.Read(make([]byte, 8)); errors.Is(err, io.EOF) {
		t.Error("a glance took the end")
	}
	c.Be(gather.Wait)
	if _, err := c.Read(make([]byte, 8)); !errors.Is(err, io.EOF) {
		t.Errorf("after the last byte: %v, wanted EOF", err)
	}
}

func TestOver(t *testing.T) {
	c, peer := pair(t)
	write(t, peer, "last")
	wantRead(t, c, "last")
	if c.Over() {
		t.Error("it is over before its end was read")
	}
	if err := peer.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) || !c.Over() {
		t.Errorf("the end was read as %d, %v, over %v", n, err, c.Over())
	}
}

// notes counts the writes that reach it.
type notes struct {
	net.Conn
	writes []string
}

func (n *notes) Write(p []byte) (int, error) {
	n.writes = append(n.writes, string(p))
	return len(p), nil
}

func TestGathersInOrder(t *testing.T) {
	for name, c := range map[string]struct {
		room int
		want []string
	}{
		"all fits":     {8, []string{"abcdef", "gh"}},
		"room ends":    {5, []string{"abcd", "ef", "gh"}},
		"room for few": {1, []string{"ab", "cd", "ef", "gh"}},
	} {
		below := &notes{}
		g := gather.New(below)
		g.Gather(make([]byte, c.room))
		write(t, g, "ab")
		write(t, g, "cd")
		write(t, g, "ef")
		if err := g.Flush(); err != nil {
			t.Fatal(err)
		}
		write(t, g, "gh")
		if len(below.writes) != len(c.want) {
			t.Fatalf("%s: %q, wanted %q", name, below.writes, c.want)
		}
		for i := range c.want {
			if below.writes[i] != c.want[i] {
				t.Errorf("%s: %q, wanted %q", name, below.writes, c.want)
			}
		}
	}
}
