package tap_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
	"flagrante/proxy/tap"
)

func TestHTTP1Exchange(t *testing.T) {
	got := playH1([]h1Step{
		app("POST /v1/pix?a=1 HTTP/1.1\r\nhost: api.example:443\r\nX-A: 1\r\nx-a:  2\t\r\nX-Long: a\r\n  b\r\nTransfer-Encoding: chunked\r\n\r\n4;x=\"y\"\r\nWi"),
		app("ki\r\n0\r\nX-Sum: 9\r\n\r\n"),
		vendor("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
		vendor("HTTP/1.1 422 Não processada\r\nContent-Type: application/json\r\nContent-Type: text/json\r\nTransfer-Encoding: Chunked\r\n\r\n2 \r\n{}\r\n"),
		vendor("0\r\nX-T: v\r\n\r\n"),
	}, 1<<10)
	want := []*proxy.Exchange{{
		ID: "1", Start: time.Unix(1_000_001, 0),
		Client: h1Conn().Client, Peer: h1Conn().Peer, Tunnel: h1Conn().Tunnel, Upstream: h1Conn().Upstream,
		Request: proxy.Request{
			Method: "POST", URL: "https://api.example/v1/pix?a=1", Proto: "HTTP/1.1",
			Header: proxy.Fields{
				{Name: "host", Value: "api.example:443"}, {Name: "X-A", Value: "1"}, {Name: "x-a", Value: "2"},
				{Name: "X-Long", Value: "a b"}, {Name: "Transfer-Encoding", Value: "chunked"},
			},
			Body:    proxy.Body{Data: []byte("Wiki"), Size: 4, Complete: true},
			Trailer: proxy.Fields{{Name: "X-Sum", Value: "9"}},
		},
		Response: &proxy.Response{
			Status: 422, Reason: "Não processada", Proto: "HTTP/1.1",
			Header: proxy.Fields{
				{Name: "Content-Type", Value: "application/json"}, {Name: "Content-Type", Value: "text/json"},
				{Name: "Transfer-Encoding", Value: "Chunked"},
			},
			Body:    proxy.Body{Data: []byte("{}"), Size: 2, Complete: true},
			Trailer: proxy.Fields{{Name: "X-T", Value: "v"}},
		},
		Phases: proxy.Phases{
			DNS: 1, Connect: 2, TLS: 3,
			Send: time.Second, Wait: 2 * time.Second, Receive: time.Second, Total: 4 * time.Second,
		},
	}}
	if diff := cmp.Diff(want, got, sameExchange()); diff != "" {
		t.Errorf("exchanges (-want +got):\n%s", diff)
	}
}

func TestHTTP1LaterExchangesFindTheConnectionReady(t *testing.T) {
	got := playH1([]h1Step{app(get("/1")), vendor(okAnswer("a")), app(get("/2")), vendor(okAnswer("b"))}, 1<<10)
	reused := []bool{got[0].Upstream.Reused, got[1].Upstream.Reused}
	if diff := cmp.Diff([]bool{false, true}, reused); diff != "" {
		t.Errorf("Reused (-want +got):\n%s", diff)
	}
	want := proxy.Phases{Wait: time.Second, Total: time.Second}
	if diff := cmp.Diff(want, got[1].Phases); diff != "" {
		t.Errorf("phases of the second exchange (-want +got):\n%s", diff)
	}
}

func TestHTTP1NobodyWaitsForAnEarlyAnswer(t *testing.T) {
	x := playH1([]h1Step{
		app("POST /a HTTP/1.1\r\nContent-Length: 4\r\n\r\nab"), vendor("HTTP/1.1 200 OK\r\n"), app("cd"), vendor("Content-Length: 0\r\n\r\n"),
	}, 1<<10)[0]
	want := proxy.Phases{DNS: 1, Connect: 2, TLS: 3, Send: 2 * time.Second, Receive: 2 * time.Second, Total: 3 * time.Second}
	if diff := cmp.Diff(want, x.Phases); diff != "" {
		t.Errorf("phases (-want +got):\n%s", diff)
	}
}

func TestHTTP1Busy(t *testing.T) {
	var seen []*proxy.Exchange
	tapped, _ := newH1(&seen)
	upgraded, _ := newH1(&seen)
	var got []bool
	for _, s := range []h1Step{app("GET"), app(" /1 HTTP/1.1\r\n\r\n"), vendor(okAnswer("a")[:30]), vendor(okAnswer("a")[30:]), app(get("/2")), vendorEnds(nil)} {
		feedH1(tapped, s.who, []byte(s.data))
		if s.ends {
			endH1(tapped, s)
		}
		got = append(got, tapped.Busy())
	}
	upgraded.App([]byte(request("GET /ws HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade")))
	upgraded.Vendor([]byte(request("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket")))
	got = append(got, upgraded.Busy())
	if diff := cmp.Diff([]bool{true, true, true, false, true, false, true}, got); diff != "" {
		t.Errorf("Busy (-want +got):\n%s", diff)
	}
}

func TestHTTP1BodiesAreCutButCounted(t *testing.T) {
	long := make([]byte, 3*h1BodyLimit)
	got := playH1([]h1Step{app(get("/")), vendor(okAnswer(string(long)))}, 50)
	want := proxy.Body{Data: long[:h1BodyLimit], Cut: true, Size: 3 * h1BodyLimit, Complete: true}
	if diff := cmp.Diff(want, got[0].Response.Body); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
}

// TestOfDownloadsOnlyTheBeginningIsCopied compares what is kept of a success that is a
// file, of a failure of the same type, and of a success that can be read.
func TestOfDownloadsOnlyTheBeginningIsCopied(t *testing.T) {
	const size = 100 << 10
	for _, c := range []struct {
		status, kind string
		want         int
	}{
		{"200 OK", "application/octet-stream", 64 << 10}, {"200 OK", "Image/PNG; x=y", 64 << 10}, {"500 Error", "application/octet-stream", size},
		{"200 OK", "application/json", size}, {"200 OK", "image/svg+xml", size},
	} {
		var seen []*proxy.Exchange
		tapped := tap.NewHTTP1(tap.Options{
			Observe: func(x *proxy.Exchange) { seen = append(seen, x) }, Now: time.Now, NewID: func(time.Time) string { return "1" }, BodyLimit: 1 << 20,
		}, h1Conn())
		tapped.App([]byte(get("/")))
		tapped.Vendor([]byte(request("HTTP/1.1 "+c.status, "Content-Type: "+c.kind, "Content-Length: 102400") + string(make([]byte, size))))
		b := seen[0].Response.Body
		if len(b.Data) != c.want || b.Size != size || b.Cut != (c.want < size) || !b.Complete {
			t.Errorf("%s %s: %d of %d bytes copied, cut %v", c.status, c.kind, len(b.Data), b.Size, b.Cut)
		}
	}
}
