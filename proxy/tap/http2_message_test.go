package tap_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/net/http2"

	"flagrante/proxy"
)

func TestHTTP2Exchange(t *testing.T) {
	talk := newH2Talk()
	talk.app.post(1, "/v1/pix?x=1", "content-type", "application/json", "x-twice", "a", "x-twice", "b", "content-length", "4")
	talk.app.data(1, false, "olá")
	talk.app.headers(1, true, "x-sum", "1")
	talk.vendor.headers(1, false, ":status", "103", "link", "</a>")
	talk.vendor.headers(1, false, ":status", "422", "x-request-id", "r-1")
	talk.vendor.data(1, false, "err")
	talk.vendor.data(1, false, "o")
	talk.vendor.headers(1, true, "grpc-status", "14")
	ms := time.Millisecond
	want := &proxy.Exchange{
		ID:     "x1",
		Start:  time.Unix(1_790_000_000, 0).UTC().Add(ms),
		Client: h2Conn().Client,
		Peer:   h2Conn().Peer,
		Tunnel: h2Conn().Tunnel,
		Request: proxy.Request{
			Method: "POST", URL: "https://api.bank.example/v1/pix?x=1", Proto: "HTTP/2.0",
			Header: proxy.Fields{
				{Name: "Host", Value: "api.bank.example"}, {Name: "content-type", Value: "application/json"},
				{Name: "x-twice", Value: "a"}, {Name: "x-twice", Value: "b"}, {Name: "content-length", Value: "4"},
			},
			Body:    proxy.Body{Data: []byte("olá"), Size: 4, Complete: true},
			Trailer: proxy.Fields{{Name: "x-sum", Value: "1"}},
		},
		Response: &proxy.Response{
			Status: 422, Proto: "HTTP/2.0",
			Header:  proxy.Fields{{Name: "x-request-id", Value: "r-1"}},
			Body:    proxy.Body{Data: []byte("erro"), Size: 4, Complete: true},
			Trailer: proxy.Fields{{Name: "grpc-status", Value: "14"}},
		},
		Phases:   proxy.Phases{DNS: 1, Connect: 2, TLS: 3, Send: ms, Wait: ms, Receive: ms, Total: 3 * ms},
		Upstream: h2Conn().Upstream,
	}
	if diff := cmp.Diff(want, talk.one(t), cmpopts.EquateComparable(h2Conn().Peer)); diff != "" {
		t.Errorf("other than expected (-want +got):\n%s", diff)
	}
}

func TestHTTP2URL(t *testing.T) {
	tests := map[string]struct {
		fields []string
		want   string
	}{
		"default port":     {[]string{":scheme", "https", ":authority", "a.example:443", ":path", "/x"}, "https://a.example/x"},
		"other port":       {[]string{":scheme", "https", ":authority", "a.example:80", ":path", "/x"}, "https://a.example:80/x"},
		"plain":            {[]string{":scheme", "http", ":authority", "a.example:80", ":path", "/x"}, "http://a.example/x"},
		"host field":       {[]string{":scheme", "https", ":path", "/x", "host", "b.example"}, "https://b.example/x"},
		"no name at all":   {[]string{":path", "/x"}, "https://dialled.bank.example/x"},
		"asterisk":         {[]string{":scheme", "https", ":authority", "a.example", ":path", "*"}, "https://a.example"},
		"odd host":         {[]string{":scheme", "https", ":authority", "a.example/x?", ":path", "/y"}, "https://dialled.bank.example/y"},
		"odd scheme":       {[]string{":scheme", "https://b.example/?", ":authority", "a.example", ":path", "/y"}, "https://a.example/y"},
		"path as userinfo": {[]string{":scheme", "https", ":authority", "a.example", ":path", "@b.example/"}, "https://a.example/@b.example/"},
		"second path":      {[]string{":scheme", "https", ":authority", "a.example", ":path", "/x", ":path", "/y"}, "https://a.example/x"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			talk := newH2Talk()
			talk.app.headers(1, true, append([]string{":method", "GET"}, test.fields...)...)
			talk.vendor.headers(1, true, ":status", "200")
			if got := talk.one(t).Request.URL; got != test.want {
				t.Errorf("the URL is %s, want %s", got, test.want)
			}
		})
	}
}

func TestHTTP2AnswersWithoutBody(t *testing.T) {
	tests := map[string]struct{ method, status string }{
		"head":         {"HEAD", "200"},
		"not modified": {"GET", "304"},
		"no content":   {"GET", "204"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			talk := newH2Talk()
			talk.app.headers(1, true, ":method", test.method, ":scheme", "https", ":authority", "a.example", ":path", "/")
			talk.vendor.headers(1, true, ":status", test.status, "content-length", "10")
			x := talk.one(t)
			if x.Response == nil || !x.Response.Body.Complete || x.Response.Body.Err != "" {
				t.Errorf("the answer is %+v, want a complete one", x.Response)
			}
		})
	}
}

func TestHTTP2SecondExchangeFindsTheConnectionReady(t *testing.T) {
	talk := newH2Talk()
	for _, id := range []uint32{1, 3} {
		talk.app.get(id, "/")
		talk.vendor.headers(id, true, ":status", "200")
	}
	seen, busy := play(talk.steps, wholeSteps, false)
	if len(seen) != 2 || busy {
		t.Fatalf("%d exchanges, busy %v; want 2 on an idle connection", len(seen), busy)
	}
	if first := seen[0]; first.Upstream.Reused || first.Phases.TLS != 3 {
		t.Errorf("the first is marked as reused %v with a handshake of %v", first.Upstream.Reused, first.Phases.TLS)
	}
	if second := seen[1]; !second.Upstream.Reused || second.Phases.DNS+second.Phases.Connect+second.Phases.TLS != 0 {
		t.Errorf("the second is marked as reused %v with phases %+v", second.Upstream.Reused, second.Phases)
	}
}

func TestHTTP2EarlyAnswerEndsTheExchange(t *testing.T) {
	talk := newH2Talk()
	talk.app.post(1, "/upload", "content-length", "1000")
	talk.app.data(1, false, "abc")
	talk.vendor.headers(1, false, ":status", "413")
	talk.vendor.data(1, true, "too large")
	must(talk.vendor.WriteRSTStream(1, http2.ErrCodeNo))
	talk.app.data(1, false, "more that was on its way")
	talk.app.headers(1, true, "x-late", "1")
	x := talk.one(t)
	if x.Response == nil || x.Response.Status != 413 || !x.Response.Body.Complete || x.Err != nil || x.Aborted {
		t.Errorf("recorded as %+v, error %v, aborted %v; want a complete 413", x.Response, x.Err, x.Aborted)
	}
	if b := x.Request.Body; b.Complete || b.Size != 3 || x.Request.Trailer != nil {
		t.Errorf("the request is %+v, want three bytes, not complete", x.Request)
	}
}

func TestHTTP2ConnectOpensATunnel(t *testing.T) {
	for name, fields := range map[string][]string{
		"plain":     {":method", "CONNECT", ":authority", "a.example:7"},
		"websocket": {":method", "CONNECT", ":protocol", "websocket", ":scheme", "https", ":authority", "a.example", ":path", "/chat"},
	} {
		t.Run(name, func(t *testing.T) {
			talk := newH2Talk()
			talk.app.headers(1, false, fields...)
			talk.vendor.headers(1, false, ":status", "200", "content-length", "5")
			talk.app.data(1, false, "ping")
			talk.vendor.data(1, false, "pong")
			seen, busy := play(talk.steps, wholeSteps, false)
			if len(seen) != 1 || !busy {
				t.Fatalf("%d exchanges, busy %v; want one and an open tunnel", len(seen), busy)
			}
			x := seen[0]
			if want := map[string]string{"websocket": "websocket"}[name]; x.Request.Opens() != want {
				t.Errorf("it opens %q, want %q", x.Request.Opens(), want)
			}
			if !x.Response.Body.Complete || x.Response.Body.Size != 0 || !x.Request.Body.Complete || x.Request.Body.Size != 0 {
				t.Errorf("the bodies are %+v and %+v, want empty ones", x.Request.Body, x.Response.Body)
			}
			talk.app.data(1, true, "")
			talk.vendor.headers(1, true, "x-late", "1")
			seen, busy = play(talk.steps, wholeSteps, true)
			if len(seen) != 1 || busy || seen[0].Response.Trailer != nil {
				t.Errorf("after the tunnel: %d exchanges, busy %v, trailer %v", len(seen), busy, seen[0].Response.Trailer)
			}
			talk.steps = talk.steps[:len(talk.steps)-2]
			must(talk.app.WriteRSTStream(1, http2.ErrCodeCancel))
			seen, busy = play(talk.steps, wholeSteps, true)
			if len(seen) != 1 || busy || seen[0].Aborted {
				t.Errorf("after the app left the tunnel: %d exchanges, busy %v, aborted %v", len(seen), busy, seen[0].Aborted)
			}
		})
	}
}

func TestHTTP2PushedStreamsAreNotFollowed(t *testing.T) {
	talk := newH2Talk()
	talk.app.get(1, "/")
	must(talk.vendor.WritePushPromise(http2.PushPromiseParam{
		StreamID: 1, PromiseID: 2, EndHeaders: true, PadLength: 3,
		BlockFragment: talk.vendor.encode(":method", "GET", ":scheme", "https", ":authority", "a.example", ":path", "/pushed", "x-table", "filled"),
	}))
	talk.vendor.headers(2, false, ":status", "200", "x-other", "too")
	talk.vendor.data(2, true, "pushed")
	must(talk.app.WriteRSTStream(2, http2.ErrCodeCancel))
	talk.vendor.headers(1, true, ":status", "200", "x-table", "filled", "x-other", "too")
	x := talk.one(t)
	want := proxy.Fields{{Name: "x-table", Value: "filled"}, {Name: "x-other", Value: "too"}}
	if diff := cmp.Diff(want, x.Response.Header); diff != "" {
		t.Errorf("the table was lost (-want +got):\n%s", diff)
	}
}

func TestHTTP2MalformedAnswers(t *testing.T) {
	tests := map[string]func(vendor *h2Speaker){
		"no status":         func(v *h2Speaker) { v.headers(1, true, "x", "y") },
		"odd status":        func(v *h2Speaker) { v.headers(1, false, ":status", "+20") },
		"long status":       func(v *h2Speaker) { v.headers(1, false, ":status", "2000") },
		"interim end":       func(v *h2Speaker) { v.headers(1, true, ":status", "103") },
		"switch":            func(v *h2Speaker) { v.headers(1, false, ":status", "101") },
		"body first":        func(v *h2Speaker) { v.data(1, false, "x") },
		"second data after": func(v *h2Speaker) { v.data(1, false, "x"); v.headers(1, true, ":status", "200") },
	}
	for name, say := range tests {
		t.Run(name, func(t *testing.T) {
			talk := newH2Talk()
			talk.app.get(1, "/")
			say(talk.vendor)
			x := talk.one(t)
			want := &proxy.Error{Type: "http_protocol_error", Phase: proxy.PhaseReceive, Text: "the vendor's answer is not valid HTTP/2"}
			if diff := cmp.Diff(want, x.Err); diff != "" || x.Response != nil {
				t.Errorf("answer %+v, error (-want +got):\n%s", x.Response, diff)
			}
		})
	}
}

func TestHTTP2MalformedTrailers(t *testing.T) {
	for name, say := range map[string]func(vendor *h2Speaker){
		"second head":           func(v *h2Speaker) { v.headers(1, false, ":status", "500") },
		"trailers that go on":   func(v *h2Speaker) { v.headers(1, false, "x-sum", "1") },
		"a status in trailers":  func(v *h2Speaker) { v.headers(1, true, "x-sum", "1", ":status", "500") },
		"another pseudo-header": func(v *h2Speaker) { v.headers(1, true, ":x", "1") },
	} {
		t.Run(name, func(t *testing.T) {
			talk := newH2Talk()
			talk.app.get(1, "/")
			talk.vendor.headers(1, false, ":status", "200")
			talk.vendor.data(1, false, "abc")
			say(talk.vendor)
			want := &proxy.Response{Status: 200, Proto: "HTTP/2.0", Body: proxy.Body{Data: []byte("abc"), Size: 3, Err: "the vendor's answer is not valid HTTP/2"}}
			if diff := cmp.Diff(want, talk.one(t).Response); diff != "" {
				t.Errorf("other answer than expected (-want +got):\n%s", diff)
			}
		})
	}
}

// What comes after the end of a message is no part of it.
func TestHTTP2IgnoresWhatComesTooLate(t *testing.T) {
	talk := newH2Talk()
	talk.app.post(1, "/")
	talk.app.headers(1, false, "x-not", "the end")
	talk.app.data(1, true, "abc")
	talk.app.data(1, true, "def")
	talk.app.headers(1, true, "x-late", "1")
	talk.vendor.headers(1, false, ":status", "200")
	talk.vendor.data(1, true, "ghi")
	talk.vendor.data(1, true, "jkl")
	x := talk.one(t)
	whole := func(s string) proxy.Body { return proxy.Body{Data: []byte(s), Size: int64(len(s)), Complete: true} }
	if diff := cmp.Diff(whole("abc"), x.Request.Body); diff != "" || x.Request.Trailer != nil {
		t.Errorf("request trailer %v, body (-want +got):\n%s", x.Request.Trailer, diff)
	}
	want := &proxy.Response{Status: 200, Proto: "HTTP/2.0", Body: whole("ghi")}
	if diff := cmp.Diff(want, x.Response); diff != "" {
		t.Errorf("other answer than expected (-want +got):\n%s", diff)
	}
}

// A head of the greatest size comes whole through a split payload.
func TestHTTP2LargeHead(t *testing.T) {
	talk := newH2Talk()
	talk.app.get(1, "/")
	value := strings.Repeat("v", 600_000)
	block := talk.vendor.encode(":status", "431", "x-large", value)
	must(talk.vendor.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, EndStream: true, BlockFragment: block[:200_000]}))
	must(talk.vendor.WriteContinuation(1, true, block[200_000:]))
	talk.app.get(3, "/")
	talk.vendor.headers(3, true, ":status", "200", "x-small", "1")
	seen, _ := play(talk.steps, 16<<10, false)
	if len(seen) != 2 || seen[0].Response.Header.Get("x-large") != value || seen[1].Response.Header.Get("x-small") != "1" {
		t.Errorf("%d exchanges, or other fields than were sent", len(seen))
	}
}
