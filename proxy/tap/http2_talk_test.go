package tap_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"flagrante/proxy"
	"flagrante/proxy/tap"
)

// h2Step is what one side does next: it sends bytes, or it ends.
type h2Step struct {
	vendor, ended bool
	err           error
	bytes         []byte
}

// h2Talk is a conversation in the making.
type h2Talk struct {
	steps       []h2Step
	app, vendor *h2Speaker
}

// h2Speaker writes the frames of one side.
type h2Speaker struct {
	*http2.Framer
	talk   *h2Talk
	vendor bool
	block  bytes.Buffer
	enc    *hpack.Encoder
}

func (s *h2Speaker) Write(p []byte) (int, error) {
	s.talk.steps = append(s.talk.steps, h2Step{vendor: s.vendor, bytes: bytes.Clone(p)})
	return len(p), nil
}

// newH2Talk begins with the preface and the settings of both.
func newH2Talk() *h2Talk {
	talk := &h2Talk{}
	talk.app, talk.vendor = newH2Speaker(talk, false), newH2Speaker(talk, true)
	talk.app.raw(http2.ClientPreface)
	must(talk.app.WriteSettings())
	must(talk.vendor.WriteSettings())
	must(talk.app.WriteSettingsAck())
	must(talk.vendor.WriteSettingsAck())
	return talk
}

func newH2Speaker(talk *h2Talk, vendor bool) *h2Speaker {
	s := &h2Speaker{talk: talk, vendor: vendor}
	s.Framer = http2.NewFramer(s, nil)
	s.AllowIllegalWrites = true
	s.enc = hpack.NewEncoder(&s.block)
	return s
}

func (s *h2Speaker) raw(p string) {
	s.talk.steps = append(s.talk.steps, h2Step{vendor: s.vendor, bytes: []byte(p)})
}

func (s *h2Speaker) ends(err error) {
	s.talk.steps = append(s.talk.steps, h2Step{vendor: s.vendor, ended: true, err: err})
}

// encode returns the header block of names and values in turn.
func (s *h2Speaker) encode(fields ...string) []byte {
	s.block.Reset()
	for i := 0; i < len(fields); i += 2 {
		must(s.enc.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]}))
	}
	return bytes.Clone(s.block.Bytes())
}

func (s *h2Speaker) headers(stream uint32, end bool, fields ...string) {
	must(s.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, EndStream: end, EndHeaders: true, BlockFragment: s.encode(fields...)}))
}

func (s *h2Speaker) data(stream uint32, end bool, body string) {
	must(s.WriteData(stream, end, []byte(body)))
}

// get asks for a path with nothing else.
func (s *h2Speaker) get(stream uint32, path string) {
	s.headers(stream, true, ":method", "GET", ":scheme", "https", ":authority", "api.bank.example", ":path", path)
}

func (s *h2Speaker) post(stream uint32, path string, fields ...string) {
	s.headers(stream, false, append([]string{":method", "POST", ":scheme", "https", ":authority", "api.bank.example", ":path", path}, fields...)...)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

const h2BodyLimit = 64

func h2Conn() tap.Conn {
	return tap.Conn{
		Scheme:    "https",
		Authority: "dialled.bank.example:443",
		Client:    netip.MustParseAddrPort("192.0.2.7:4711"),
		Peer:      netip.MustParseAddrPort("192.0.2.8:4712"),
		Tunnel:    proxy.Fields{{Name: "Host", Value: "dialled.bank.example:443"}},
		Upstream:  proxy.Upstream{Addr: "192.0.2.9:443", ALPN: "h2"},
		Setup:     proxy.Phases{DNS: 1, Connect: 2, TLS: 3},
	}
}

// play feeds the steps in parts of at most size bytes and returns what was
// observed, with what is still open at the end when closed is set. Every look at
// the clock is a millisecond later.
func play(steps []h2Step, size int, closed bool) (seen []*proxy.Exchange, busy bool) {
	now, ids := time.Unix(1_790_000_000, 0).UTC(), 0
	t := tap.NewHTTP2(tap.Options{
		Observe: func(x *proxy.Exchange) { seen = append(seen, x) },
		Now: func() time.Time {
			now = now.Add(time.Millisecond)
			return now
		},
		NewID: func(time.Time) string {
			ids++
			return fmt.Sprint("x", ids)
		},
		BodyLimit: h2BodyLimit,
	}, h2Conn())
	for _, s := range steps {
		feed(t, s, size)
	}
	busy = t.Busy()
	if closed {
		t.Close()
	}
	return seen, busy
}

// feed hands the bytes over in a buffer that is overwritten afterwards, as that
// of a relay is.
func feed(t *tap.HTTP2, s h2Step, size int) {
	if s.ended {
		if s.vendor {
			t.VendorEnded(s.err)
		} else {
			t.AppEnded(s.err)
		}
		return
	}
	buf := make([]byte, min(size, len(s.bytes)))
	for p := s.bytes; len(p) > 0; {
		n := copy(buf, p)
		p = p[n:]
		if s.vendor {
			t.Vendor(buf[:n])
		} else {
			t.App(buf[:n])
		}
		for i := range buf {
			buf[i] = 0xff
		}
	}
}

// wholeSteps is a size that no step reaches.
const wholeSteps = 4 << 20

// one plays a conversation that makes a single exchange.
func (talk *h2Talk) one(t *testing.T) *proxy.Exchange {
	t.Helper()
	seen, _ := play(talk.steps, wholeSteps, false)
	if len(seen) != 1 {
		t.Fatalf("%d exchanges were observed, want 1", len(seen))
	}
	return seen[0]
}
