package tap_test

import (
	"io"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"flagrante/proxy"
	"flagrante/proxy/tap"
)

// BenchmarkHTTP2 feeds a small GET and its answer of 1 KiB, with the fields of an
// everyday API, over one connection.
func BenchmarkHTTP2(b *testing.B) {
	follower := benchTap()
	app, vendor := newH2Speaker(&h2Talk{}, false), newH2Speaker(&h2Talk{}, true)
	follower.App([]byte(http2.ClientPreface + "\x00\x00\x00\x04\x00\x00\x00\x00\x00"))
	follower.Vendor([]byte("\x00\x00\x00\x04\x00\x00\x00\x00\x00"))
	request := func() []byte {
		app.headers(1, true, ":method", "GET", ":scheme", "https", ":authority", "api.bank.example", ":path", "/v1/pix/123",
			"accept", "application/json", "authorization", "Bearer 0123456789", "accept-encoding", "gzip", "user-agent", "app/1.0")
		return app.last()
	}
	answer := func() []byte {
		vendor.headers(1, false, ":status", "200", "content-type", "application/json", "content-length", "1024", "x-request-id", "r-1", "date", "Mon, 23 Nov 2026 11:00:00 GMT")
		head := vendor.last()
		vendor.data(1, true, string(make([]byte, 1024)))
		return append(head, vendor.last()...)
	}
	// The second time all fields are in the tables, as on a connection in use.
	follower.App(request())
	follower.Vendor(answer())
	sent, answered := request(), answer()
	b.ReportAllocs()
	for stream := uint32(3); b.Loop(); stream = (stream + 2) & (1<<31 - 1) {
		setStream(sent, stream)
		setStream(answered, stream)
		setStream(answered[len(answered)-1024-9:], stream)
		follower.App(sent)
		follower.Vendor(answered)
	}
}

// BenchmarkHTTP2Body feeds an answer in frames of 16 KiB, 1 MiB a turn.
func BenchmarkHTTP2Body(b *testing.B) {
	follower := benchTap()
	talk := newH2Talk()
	talk.app.get(1, "/")
	talk.vendor.headers(1, false, ":status", "200")
	for _, s := range talk.steps {
		feed(follower, s, wholeSteps)
	}
	talk.vendor.data(1, false, string(make([]byte, 16<<10)))
	frame := talk.vendor.last()
	b.SetBytes(1 << 20)
	b.ReportAllocs()
	for b.Loop() {
		for range 64 {
			follower.Vendor(frame)
		}
	}
}

func benchTap() *tap.HTTP2 {
	return tap.NewHTTP2(tap.Options{
		Observe:   func(x *proxy.Exchange) { io.Discard.Write(x.Request.Body.Data) },
		Now:       time.Now,
		NewID:     func(time.Time) string { return "x" },
		BodyLimit: 1 << 20,
	}, h2Conn())
}

// last returns what was written last.
func (s *h2Speaker) last() []byte { return s.talk.steps[len(s.talk.steps)-1].bytes }

func setStream(frame []byte, stream uint32) {
	frame[5], frame[6], frame[7], frame[8] = byte(stream>>24), byte(stream>>16), byte(stream>>8), byte(stream)
}
