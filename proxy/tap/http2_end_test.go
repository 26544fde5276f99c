package tap_test

import (
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/http2"

	"flagrante/proxy"
	"flagrante/proxy/tap"
)

// h2End is what a test looks at: how an exchange ended.
type h2End struct {
	Status   int
	Complete bool
	BodyErr  string
	Err      *proxy.Error
	Aborted  bool
	Unread   string
}

func h2EndOf(x *proxy.Exchange) h2End {
	e := h2End{Err: x.Err, Aborted: x.Aborted, Unread: x.Unread}
	if x.Response != nil {
		e.Status, e.Complete, e.BodyErr = x.Response.Status, x.Response.Body.Complete, x.Response.Body.Err
	}
	return e
}

func TestHTTP2Ends(t *testing.T) {
	reset := &net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	wait := func(text string) *proxy.Error {
		return &proxy.Error{Type: "connection_terminated", Phase: proxy.PhaseWait, Text: text}
	}
	const left = "the vendor closed the connection without an answer"
	tests := map[string]struct {
		say func(app, vendor *h2Speaker)
		// answering says that the end comes in the middle of an answer.
		answering bool
		want      h2End
	}{
		"the app resets":             {func(a, _ *h2Speaker) { must(a.WriteRSTStream(1, http2.ErrCodeCancel)) }, false, h2End{Aborted: true}},
		"the app resets midway":      {func(a, _ *h2Speaker) { must(a.WriteRSTStream(1, http2.ErrCodeCancel)) }, true, h2End{Status: 200, Aborted: true}},
		"the app breaks":             {func(a, _ *h2Speaker) { a.ends(reset) }, false, h2End{Aborted: true}},
		"the app leaves, both end":   {func(a, v *h2Speaker) { a.ends(nil); v.ends(nil) }, false, h2End{Aborted: true}},
		"the app leaves, vendor cut": {func(a, v *h2Speaker) { a.ends(nil); v.ends(net.ErrClosed) }, true, h2End{Status: 200, Aborted: true}},
		"the app half-closes":        {func(a, v *h2Speaker) { a.ends(nil); v.headers(1, true, ":status", "200") }, false, h2End{Status: 200, Complete: true}},
		"the vendor refuses": {func(_, v *h2Speaker) { must(v.WriteRSTStream(1, http2.ErrCodeRefusedStream)) }, false,
			h2End{Err: wait("the vendor reset the stream: REFUSED_STREAM")}},
		"an unknown code": {func(_, v *h2Speaker) { must(v.WriteRSTStream(1, 0xabc)) }, false,
			h2End{Err: wait("the vendor reset the stream: error code 0xabc")}},
		"the vendor resets midway": {func(_, v *h2Speaker) { must(v.WriteRSTStream(1, http2.ErrCodeInternal)) }, true,
			h2End{Status: 200, BodyErr: "the vendor reset the stream: INTERNAL_ERROR"}},
		"the vendor closes":        {func(_, v *h2Speaker) { v.ends(nil) }, false, h2End{Err: wait(left)}},
		"the vendor closes midway": {func(_, v *h2Speaker) { v.ends(nil) }, true, h2End{Status: 200, BodyErr: "the vendor closed the connection before the end of the answer"}},
		"the vendor breaks":        {func(_, v *h2Speaker) { v.ends(reset) }, false, h2End{Err: wait("the vendor reset the connection")}},
		"the vendor times out": {func(_, v *h2Speaker) { v.ends(os.ErrDeadlineExceeded) }, false,
			h2End{Err: &proxy.Error{Type: "http_response_timeout", Phase: proxy.PhaseWait, Text: "the vendor did not answer in time"}}},
		"left out of the farewell": {func(_, v *h2Speaker) { must(v.WriteGoAway(0, http2.ErrCodeEnhanceYourCalm, []byte("secret"))) }, false,
			h2End{Err: wait("the vendor is leaving the connection and did not take the request: ENHANCE_YOUR_CALM")}},
		"farewell with an error": {func(_, v *h2Speaker) {
			must(v.WriteGoAway(1, http2.ErrCodeProtocol, nil))
			must(v.WriteGoAway(1, http2.ErrCodeInternal, nil))
			v.ends(io.ErrUnexpectedEOF)
		}, false, h2End{Err: wait("the vendor ended the connection: INTERNAL_ERROR")}},
		"answered after the farewell": {func(_, v *h2Speaker) {
			must(v.WriteGoAway(1<<31-1, http2.ErrCodeNo, nil))
			v.headers(1, true, ":status", "200")
		}, false, h2End{Status: 200, Complete: true}},
		"the app's farewell": {func(a, v *h2Speaker) {
			must(a.WriteGoAway(0, http2.ErrCodeNo, nil))
			v.headers(1, true, ":status", "200")
		}, false, h2End{Status: 200, Complete: true}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			talk := newH2Talk()
			talk.app.get(1, "/")
			if test.answering {
				talk.vendor.headers(1, false, ":status", "200")
				talk.vendor.data(1, false, "abc")
			}
			test.say(talk.app, talk.vendor)
			seen, busy := play(talk.steps, wholeSteps, true)
			if len(seen) != 1 || busy {
				t.Fatalf("%d exchanges, busy %v; want one, and idle", len(seen), busy)
			}
			if diff := cmp.Diff(test.want, h2EndOf(seen[0])); diff != "" {
				t.Errorf("other end than expected (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHTTP2CloseReportsWhatIsOpen(t *testing.T) {
	talk := newH2Talk()
	talk.app.get(1, "/1")
	talk.app.get(3, "/3")
	talk.vendor.headers(3, false, ":status", "200")
	if seen, busy := play(talk.steps, wholeSteps, false); len(seen) != 0 || !busy {
		t.Fatalf("%d exchanges before the end, busy %v", len(seen), busy)
	}
	seen, _ := play(talk.steps, wholeSteps, true)
	var got []h2End
	for _, x := range seen {
		got = append(got, h2EndOf(x))
	}
	const text = "the proxy closed the connection before the answer was over"
	want := []h2End{{Err: &proxy.Error{Type: "proxy_internal_error", Phase: proxy.PhaseWait, Text: text}}, {Status: 200, BodyErr: text}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("other ends than expected (-want +got):\n%s", diff)
	}
	talk.app.ends(nil)
	seen, _ = play(talk.steps, wholeSteps, true)
	if len(seen) != 2 || !seen[0].Aborted || !seen[1].Aborted {
		t.Errorf("after the app had gone: %+v", seen)
	}
}

func TestHTTP2RequestAfterTheFarewell(t *testing.T) {
	talk := newH2Talk()
	must(talk.vendor.WriteGoAway(1, http2.ErrCodeNo, nil))
	must(talk.vendor.WriteGoAway(7, http2.ErrCodeNo, nil))
	talk.app.get(1, "/taken")
	talk.app.get(3, "/late")
	talk.vendor.headers(1, true, ":status", "200")
	seen, _ := play(talk.steps, wholeSteps, true)
	if len(seen) != 2 || !strings.HasSuffix(seen[0].Request.URL, "/late") || seen[0].Err == nil || seen[1].Response == nil {
		t.Errorf("observed %+v, want the late one without an answer and the other with one", seen)
	}
}

// What one side sends out of order ends the following, and makes nothing up.
func TestHTTP2Unread(t *testing.T) {
	const goaway, headers, data, settings, push = 7, 1, 0, 4, 5
	tests := map[string]struct {
		say  func(app, vendor *h2Speaker)
		want string
	}{
		"compression": {func(_, v *h2Speaker) { must(v.WriteRawFrame(headers, 4, 1, []byte{0xff, 0xff, 0xff})) }, "a header block cannot be decompressed"},
		"cut field":   {func(_, v *h2Speaker) { must(v.WriteRawFrame(headers, 4, 1, []byte{0x40, 0x05, 'a'})) }, "a header block cannot be decompressed"},
		"late resize": {func(_, v *h2Speaker) {
			must(v.WriteRawFrame(headers, 4, 1, []byte{0x88, 0x20, 0x3f, 0xff, 0xff, 0x7f}))
		}, "a header block cannot be decompressed"},
		"table too large":   {func(_, v *h2Speaker) { must(v.WriteRawFrame(headers, 4, 1, []byte{0x3f, 0xe2, 0x1f, 0x88})) }, "a header block cannot be decompressed"},
		"unfinished resize": {func(_, v *h2Speaker) { must(v.WriteRawFrame(headers, 4, 1, []byte{0x3f, 0xff})) }, "a header block cannot be decompressed"},
		"torn block":        {func(_, v *h2Speaker) { must(v.WriteRawFrame(headers, 0, 1, nil)); must(v.WritePing(false, [8]byte{})) }, "a header block is torn by another frame"},
		"other's block": {func(_, v *h2Speaker) {
			must(v.WriteRawFrame(headers, 0, 1, nil))
			must(v.WriteContinuation(3, true, nil))
		}, "a header block is torn by another frame"},
		"continues nothing":  {func(a, _ *h2Speaker) { must(a.WriteContinuation(1, true, nil)) }, "a header block is torn by another frame"},
		"idle answer":        {func(_, v *h2Speaker) { v.headers(3, true, ":status", "200") }, "a frame is on a stream that nobody opened"},
		"idle data":          {func(a, _ *h2Speaker) { a.data(3, true, "x") }, "a frame is on a stream that nobody opened"},
		"idle reset":         {func(_, v *h2Speaker) { must(v.WriteRSTStream(3, 0)) }, "a frame is on a stream that nobody opened"},
		"even request":       {func(a, _ *h2Speaker) { a.get(2, "/smuggled") }, "a frame is on a stream that nobody opened"},
		"push by the app":    {func(a, _ *h2Speaker) { must(a.WriteRawFrame(push, 4, 1, []byte{0, 0, 0, 2})) }, "a frame is on a stream that nobody opened"},
		"data on no stream":  {func(_, v *h2Speaker) { must(v.WriteRawFrame(data, 0, 0, nil)) }, "a frame is on a stream on which it cannot be"},
		"settings of stream": {func(_, v *h2Speaker) { must(v.WriteRawFrame(settings, 0, 1, nil)) }, "a frame is on a stream on which it cannot be"},
		"padding only":       {func(_, v *h2Speaker) { must(v.WriteRawFrame(data, 8, 1, nil)) }, "a frame is shorter than its padding"},
		"padding too long":   {func(_, v *h2Speaker) { must(v.WriteRawFrame(data, 8, 1, []byte{3, 0, 0})) }, "a frame is shorter than its padding"},
		"header padding":     {func(_, v *h2Speaker) { must(v.WriteRawFrame(headers, 12, 1, []byte{1})) }, "a frame is shorter than its padding"},
		"no header padding":  {func(_, v *h2Speaker) { must(v.WriteRawFrame(headers, 12, 1, nil)) }, "a frame is shorter than its padding"},
		"short priority":     {func(a, _ *h2Speaker) { must(a.WriteRawFrame(headers, 36, 3, []byte{0, 0})) }, "a frame is shorter than its padding"},
		"short farewell":     {func(_, v *h2Speaker) { must(v.WriteRawFrame(goaway, 0, 0, []byte{0})) }, "a frame does not have the length of its type"},
		"odd settings":       {func(_, v *h2Speaker) { must(v.WriteRawFrame(settings, 0, 0, []byte{0})) }, "a frame does not have the length of its type"},
		"odd reset":          {func(_, v *h2Speaker) { must(v.WriteRawFrame(3, 0, 1, []byte{0})) }, "a frame does not have the length of its type"},
		"long block":         {func(_, v *h2Speaker) { v.raw("\x10\x00\x01\x01\x04\x00\x00\x00\x01") }, "a frame is too long to be followed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			talk := newH2Talk()
			talk.app.get(1, "/")
			test.say(talk.app, talk.vendor)
			talk.app.get(5, "/unseen")
			talk.vendor.headers(1, true, ":status", "200")
			if _, busy := play(talk.steps, wholeSteps, false); !busy {
				t.Error("the connection is taken for an idle one")
			}
			talk.vendor.ends(nil)
			if diff := cmp.Diff(h2End{Unread: test.want}, h2EndOf(talk.one(t))); diff != "" {
				t.Errorf("other end than expected (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHTTP2NotSpoken(t *testing.T) {
	for name, say := range map[string]func(talk *h2Talk){
		"app":    func(talk *h2Talk) { talk.app.raw("PRI * HTTP/1.1\r\nHost: a.example\r\n\r\n") },
		"vendor": func(talk *h2Talk) { talk.vendor.raw("HTTP/1.1 400 Bad Request\r\n\r\n") },
	} {
		t.Run(name, func(t *testing.T) {
			talk := &h2Talk{}
			talk.app, talk.vendor = newH2Speaker(talk, false), newH2Speaker(talk, true)
			say(talk)
			if name == "vendor" {
				talk.app.raw(http2.ClientPreface)
				must(talk.app.WriteSettings())
			}
			talk.app.get(1, "/")
			seen, busy := play(talk.steps, wholeSteps, true)
			if len(seen) != 0 || !busy {
				t.Errorf("observed %+v, busy %v; want nothing, on a connection of which nothing is known", seen, busy)
			}
		})
	}
}

// Many bodies at once are cut before they fill the memory.
func TestHTTP2HeldBytesAreBounded(t *testing.T) {
	const (
		streams, frames, size = 48, 160, 16 << 10
		bound                 = 64<<20 + streams*size
	)
	var kept, cut int
	follower := tap.NewHTTP2(tap.Options{
		Observe: func(x *proxy.Exchange) {
			if x.Response == nil {
				t.Fatalf("%s was followed though the memory is full", x.Request.URL)
			}
			if x.Response.Body.Size != frames*size {
				t.Errorf("%d bytes were counted, want %d", x.Response.Body.Size, frames*size)
			}
			kept += cap(x.Response.Body.Data)
			if x.Response.Body.Cut {
				cut++
			}
		},
		Now:       func() time.Time { return time.Unix(1, 0) },
		NewID:     func(time.Time) string { return "x" },
		BodyLimit: 1 << 30,
	}, h2Conn())
	talk := newH2Talk()
	for i := range uint32(streams) {
		talk.app.get(2*i+1, "/")
		talk.vendor.headers(2*i+1, false, ":status", "200")
	}
	for _, s := range talk.steps {
		feed(follower, s, wholeSteps)
	}
	talk.vendor.data(1, false, string(make([]byte, size)))
	frame := talk.vendor.last()
	for range frames {
		for i := range uint32(streams) {
			setStream(frame, 2*i+1)
			follower.Vendor(frame)
		}
	}
	more := newH2Talk()
	more.app.get(2*streams+1, "/not followed")
	feed(follower, more.steps[len(more.steps)-1], wholeSteps)
	follower.Close()
	if cut == 0 || kept == 0 || kept > bound {
		t.Errorf("%d bytes are kept in %d streams, %d of them cut; want no more than %d", kept, streams, cut, bound)
	}
}

// What one body took is free for the next.
func TestHTTP2HeldBytesAreGivenBack(t *testing.T) {
	const streams, frames, size = 20, 256, 16 << 10
	observed := 0
	follower := tap.NewHTTP2(tap.Options{
		Observe: func(x *proxy.Exchange) {
			observed++
			if len(x.Response.Body.Data) != frames*size {
				t.Errorf("body %d: %d bytes were copied, want %d", observed, len(x.Response.Body.Data), frames*size)
			}
		},
		Now:       func() time.Time { return time.Unix(1, 0) },
		NewID:     func(time.Time) string { return "x" },
		BodyLimit: 1 << 30,
	}, h2Conn())
	talk := newH2Talk()
	fed, body := 0, string(make([]byte, size))
	for i := range uint32(streams) {
		talk.app.get(2*i+1, "/")
		talk.vendor.headers(2*i+1, false, ":status", "200")
		for n := range frames {
			talk.vendor.data(2*i+1, n == frames-1, body)
		}
		for _, s := range talk.steps[fed:] {
			feed(follower, s, wholeSteps)
		}
		fed = len(talk.steps)
	}
	if observed != streams {
		t.Errorf("%d exchanges were observed, want %d", observed, streams)
	}
}
