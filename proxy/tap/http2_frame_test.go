package tap_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/net/http2"

	"flagrante/proxy"
)

// everyFrame is a conversation with all that frames can do.
func everyFrame() []h2Step {
	talk := newH2Talk()
	app, vendor := talk.app, talk.vendor
	must(app.WriteRawFrame(0xbe, 0xff, 7, []byte("unknown")))
	must(app.WritePriority(1, http2.PriorityParam{StreamDep: 0, Weight: 3}))
	must(app.WriteHeaders(http2.HeadersFrameParam{
		StreamID: 1, EndHeaders: true, PadLength: 9, Priority: http2.PriorityParam{Weight: 200, Exclusive: true},
		BlockFragment: app.encode(":method", "PUT", ":scheme", "https", ":authority", "a.example", ":path", "/1", "x-long", strings.Repeat("v", 300)),
	}))
	must(app.WriteDataPadded(1, false, []byte("padded"), make([]byte, 5)))
	must(app.WriteDataPadded(1, false, nil, make([]byte, 5)))
	block := app.encode(":method", "GET", ":scheme", "https", ":authority", "a.example", ":path", "/3", "x-long", strings.Repeat("v", 300))
	must(app.WriteHeaders(http2.HeadersFrameParam{StreamID: 3, EndStream: true, BlockFragment: block[:2]}))
	must(app.WriteContinuation(3, false, nil))
	must(app.WriteContinuation(3, false, block[2:4]))
	must(app.WriteContinuation(3, true, block[4:]))
	must(vendor.WriteWindowUpdate(0, 100))
	vendor.headers(3, false, ":status", "200", "x-b", "3")
	must(vendor.WriteDataPadded(3, false, []byte(strings.Repeat("z", 100)), make([]byte, 255)))
	must(vendor.WritePing(true, [8]byte{1}))
	must(vendor.WriteDataPadded(3, true, nil, nil))
	must(app.WriteData(1, true, nil))
	vendor.headers(1, false, ":status", "500", "x-b", "3")
	must(vendor.WriteDataPadded(1, true, []byte("end"), make([]byte, 7)))
	app.get(5, "/5")
	must(vendor.WriteRawFrame(0x1, 0x4, 5, []byte{0xff, 0xff, 0xff}))
	app.get(7, "/7")
	vendor.ends(nil)
	return talk.steps
}

// Whatever the network makes of the bytes, the exchanges are the same.
func TestHTTP2HoweverItIsSplit(t *testing.T) {
	want, _ := play(everyFrame(), wholeSteps, true)
	if len(want) != 3 || want[0].Request.URL != "https://a.example/3" || want[1].Request.Body.Size != 6 || want[2].Unread == "" {
		t.Fatalf("observed %+v", want)
	}
	for _, size := range []int{1, 2, 3, 7, 10, 64, 100} {
		got, _ := play(everyFrame(), size, true)
		if diff := cmp.Diff(want, got, sameExchange()); diff != "" {
			t.Errorf("in parts of %d bytes (-whole +parts):\n%s", size, diff)
		}
	}
}

// sameExchange compares exchanges; addresses are values.
func sameExchange() cmp.Option { return cmpopts.EquateComparable(h2Conn().Peer) }

func TestHTTP2LongBodyIsNotPutTogether(t *testing.T) {
	talk := newH2Talk()
	talk.app.get(1, "/")
	talk.vendor.headers(1, false, ":status", "200")
	// One frame of the greatest length there is.
	const length = 1<<24 - 1
	talk.vendor.raw("\xff\xff\xff\x00\x01\x00\x00\x00\x01")
	talk.vendor.steps(bytes.Repeat([]byte("b"), length))
	x := talk.one(t)
	if b := x.Response.Body; b.Size != length || len(b.Data) != h2BodyLimit || !b.Complete {
		t.Errorf("%d of %d bytes, complete %v", len(b.Data), b.Size, b.Complete)
	}
}

func (s *h2Speaker) steps(p []byte) {
	s.talk.steps = append(s.talk.steps, h2Step{vendor: s.vendor, bytes: p})
}

func TestHTTP2SkipsLongUnknownFrames(t *testing.T) {
	talk := newH2Talk()
	talk.app.get(1, "/")
	talk.vendor.raw("\xff\xff\xff\xbe\xff\x00\x00\x00\x01")
	talk.vendor.steps(make([]byte, 1<<24-1))
	talk.vendor.headers(1, true, ":status", "200")
	if x := talk.one(t); x.Response == nil || x.Unread != "" {
		t.Errorf("recorded as %+v, unread %q", x.Response, x.Unread)
	}
}

func TestHTTP2OpenStreamsAreBounded(t *testing.T) {
	const open = 1000
	talk := newH2Talk()
	for i := range open + 2 {
		talk.app.get(uint32(2*i+1), fmt.Sprint("/", i))
	}
	talk.vendor.headers(1, true, ":status", "200")
	talk.vendor.headers(2*open+1, true, ":status", "200", "x-unseen", "1")
	talk.app.get(2*open+5, "/again")
	talk.vendor.headers(2*open+5, true, ":status", "200", "x-unseen", "1")
	seen, _ := play(talk.steps, wholeSteps, false)
	var got []string
	for _, x := range seen {
		got = append(got, x.Request.URL)
	}
	want := []string{"https://api.bank.example/0", "https://api.bank.example/again"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("other exchanges than expected (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(proxy.Fields{{Name: "x-unseen", Value: "1"}}, seen[len(seen)-1].Response.Header); diff != "" {
		t.Errorf("the table was lost (-want +got):\n%s", diff)
	}
}
