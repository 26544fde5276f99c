package tap_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
	"flagrante/proxy/tap"
)

const h1BodyLimit = 64

// h1Step is one thing that happens on a connection.
type h1Step struct {
	// who is "app" or "vendor", ends whether its side ends, with err.
	who  string
	data string
	ends bool
	err  error
}

func app(data string) h1Step      { return h1Step{who: "app", data: data} }
func vendor(data string) h1Step   { return h1Step{who: "vendor", data: data} }
func appEnds(err error) h1Step    { return h1Step{who: "app", ends: true, err: err} }
func vendorEnds(err error) h1Step { return h1Step{who: "vendor", ends: true, err: err} }
func reset() error                { return fmt.Errorf("read: %w", syscall.ECONNRESET) }
func get(path string) string      { return "GET " + path + " HTTP/1.1\r\nHost: api.example\r\n\r\n" }
func okAnswer(body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}
func request(head ...string) string { return strings.Join(head, "\r\n") + "\r\n\r\n" }

func h1Conn() tap.Conn {
	return tap.Conn{
		Scheme: "https", Authority: "dialled.example:8443",
		Client:   netip.MustParseAddrPort("127.0.0.1:1000"),
		Peer:     netip.MustParseAddrPort("127.0.0.1:2000"),
		Tunnel:   proxy.Fields{{Name: "Host", Value: "dialled.example:8443"}},
		Upstream: proxy.Upstream{Addr: "127.0.0.2:443"},
		Setup:    proxy.Phases{DNS: 1, Connect: 2, TLS: 3},
	}
}

// h1Clock goes a second ahead with every step, not with every call.
type h1Clock struct{ now time.Time }

func newH1(seen *[]*proxy.Exchange) (*turning, *h1Clock) {
	clock := &h1Clock{now: time.Unix(1_000_000, 0)}
	ids := 0
	t := &turning{}
	t.Tap = tap.NewHTTP1(tap.Options{
		Become:  func(next tap.Tap) { t.Tap = next },
		Observe: func(x *proxy.Exchange) { *seen = append(*seen, x) },
		Now:     func() time.Time { return clock.now },
		NewID: func(time.Time) string {
			ids++
			return fmt.Sprint(ids)
		},
		BodyLimit: h1BodyLimit,
	}, h1Conn())
	return t, clock
}

// turning is a tap that may turn out to be another one.
type turning struct{ tap.Tap }

// playH1 plays the steps in parts of a size into a tap, in a buffer that is
// overwritten each time, as that of a relay is.
func playH1(steps []h1Step, size int) []*proxy.Exchange {
	var seen []*proxy.Exchange
	t, clock := newH1(&seen)
	longest := 0
	for _, s := range steps {
		longest = max(longest, len(s.data))
	}
	buf := make([]byte, min(size, longest))
	for _, s := range steps {
		clock.now = clock.now.Add(time.Second)
		for data := s.data; data != ""; {
			n := copy(buf, data)
			data = data[n:]
			feedH1(t, s.who, buf[:n])
			clear(buf)
		}
		if s.ends {
			endH1(t, s)
		}
	}
	clock.now = clock.now.Add(time.Second)
	t.Close()
	return seen
}

func feedH1(t tap.Tap, who string, p []byte) {
	if who == "app" {
		t.App(p)
		return
	}
	t.Vendor(p)
}

func endH1(t tap.Tap, s h1Step) {
	if s.who == "app" {
		t.AppEnded(s.err)
		return
	}
	t.VendorEnded(s.err)
}

// line says on one line what an exchange came to.
func line(x *proxy.Exchange) string {
	b := &strings.Builder{}
	fmt.Fprintf(b, "%s %s%s", x.Request.Method, x.Request.URL, body(x.Request.Body))
	if r := x.Response; r != nil {
		fmt.Fprintf(b, " > %d%s", r.Status, body(r.Body))
	}
	if x.Err != nil {
		fmt.Fprintf(b, " ! %s (%s)", x.Err.Type, x.Err.Phase)
	}
	if x.Aborted {
		b.WriteString(" aborted")
	}
	if x.Unread != "" {
		b.WriteString(" unread: " + x.Unread)
	}
	return b.String()
}

func body(b proxy.Body) string {
	s := ""
	if b.Size > 0 {
		s = fmt.Sprintf(" %q", b.Data)
	}
	if b.Cut {
		s += fmt.Sprintf(" of %d", b.Size)
	}
	if !b.Complete {
		s += " incomplete"
	}
	if b.Err != "" {
		s += " broken"
	}
	return s
}

func lines(seen []*proxy.Exchange) []string {
	var all []string
	for _, x := range seen {
		all = append(all, line(x))
	}
	return all
}

type h1Case struct {
	name  string
	steps []h1Step
	want  []string
}

// checkH1 plays every case at once and in small parts.
func checkH1(t *testing.T, cases []h1Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			whole := playH1(c.steps, 1<<20)
			if diff := cmp.Diff(c.want, lines(whole)); diff != "" {
				t.Errorf("exchanges (-want +got):\n%s", diff)
			}
			for _, size := range []int{1, 2, 3, 7} {
				checkSame(t, whole, playH1(c.steps, size), size)
			}
		})
	}
}

func checkSame(t *testing.T, whole, parts []*proxy.Exchange, size int) {
	t.Helper()
	if diff := cmp.Diff(whole, parts, sameExchange()); diff != "" {
		t.Errorf("in parts of %d (-whole +parts):\n%s", size, diff)
	}
}

var errBroken = errors.New("broken")
