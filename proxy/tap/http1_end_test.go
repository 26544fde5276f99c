package tap_test

import (
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestHTTP1Ends(t *testing.T) {
	const (
		a     = "GET https://api.example/a"
		half  = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab"
		chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"
	)
	ask := app(get("/a"))
	checkH1(t, []h1Case{
		{"vendor closes without an answer", []h1Step{ask, vendorEnds(nil)}, []string{a + " ! connection_terminated (wait)"}},
		{"vendor resets", []h1Step{ask, vendorEnds(reset())}, []string{a + " ! connection_terminated (wait)"}},
		{"vendor closes in the head", []h1Step{ask, vendor("HTTP/1.1 200 OK\r\nA"), vendorEnds(nil)}, []string{a + " ! connection_terminated (wait)"}},
		{"vendor closes with several waiting", []h1Step{ask, app(get("/b")), vendorEnds(nil)}, []string{a + " ! connection_terminated (wait)", "GET https://api.example/b ! connection_terminated (wait)"}},
		{"vendor closes while the request is sent", []h1Step{app("POST /a HTTP/1.1\r\nHost: api.example\r\nContent-Length: 9\r\n\r\nab"), vendorEnds(reset())}, []string{`POST https://api.example/a "ab" incomplete ! connection_terminated (send)`}},
		{"vendor closes in the body", []h1Step{ask, vendor(half), vendorEnds(nil)}, []string{a + ` > 200 "ab" incomplete broken`}},
		{"vendor resets in the body", []h1Step{ask, vendor(half), vendorEnds(reset())}, []string{a + ` > 200 "ab" incomplete broken`}},
		{"vendor closes between chunks", []h1Step{ask, vendor(chunk), vendorEnds(nil)}, []string{a + ` > 200 "ab" incomplete broken`}},
		{"vendor closes before the last line", []h1Step{ask, vendor(chunk + "0\r\n"), vendorEnds(nil)}, []string{a + ` > 200 "ab" incomplete broken`}},
		{"vendor closes while idle", []h1Step{ask, vendor(okAnswer("")), vendorEnds(nil), appEnds(nil)}, []string{a + " > 200"}},
		{"vendor closes before a request", []h1Step{vendorEnds(nil), ask, appEnds(nil)}, []string{a + " ! connection_terminated (wait)"}},
		{"vendor closes before a request, app breaks", []h1Step{vendorEnds(nil), ask, appEnds(errBroken)}, []string{a + " ! connection_terminated (wait)"}},
		{"app breaks", []h1Step{ask, appEnds(errBroken), vendor(okAnswer("late"))}, []string{a + " aborted"}},
		{"app breaks in the answer", []h1Step{ask, vendor(half), appEnds(errBroken), vendor("cd"), vendorEnds(nil)}, []string{a + ` > 200 "ab" incomplete aborted`}},
		{"app breaks in an answer until the end", []h1Step{ask, vendor("HTTP/1.1 200 OK\r\n\r\nab"), appEnds(errBroken), vendorEnds(nil)}, []string{a + ` > 200 "ab" incomplete aborted`}},
		{"app breaks in the request", []h1Step{app("POST /a HTTP/1.1\r\nHost: api.example\r\nContent-Length: 9\r\n\r\nab"), appEnds(errBroken)}, []string{`POST https://api.example/a "ab" incomplete aborted`}},
		{"app breaks in a head", []h1Step{app("GET /a HTTP/1.1\r\nHo"), appEnds(errBroken), vendor("HTTP/1.1 400 Bad\r\n\r\n")}, nil},
		{"app closes, then vendor", []h1Step{ask, appEnds(nil), vendorEnds(nil)}, []string{a + " aborted"}},
		{"app closes, then we", []h1Step{ask, appEnds(nil)}, []string{a + " aborted"}},
		{"app closes in a body, then vendor", []h1Step{ask, vendor(half), appEnds(nil), vendorEnds(reset())}, []string{a + ` > 200 "ab" incomplete aborted`}},
		{"app half-closes, vendor answers", []h1Step{ask, appEnds(nil), vendor(okAnswer("x")), vendorEnds(nil)}, []string{a + ` > 200 "x"`}},
		{"we close", []h1Step{ask}, []string{a + " ! proxy_internal_error (wait)"}},
		{"we close in a body", []h1Step{ask, vendor("HTTP/1.1 200 OK\r\n\r\nab")}, []string{a + ` > 200 "ab" incomplete broken`}},
		{"an odd request without an answer", []h1Step{app("GET /a b HTTP/1.1\r\nHost: api.example\r\n\r\n"), vendorEnds(nil)}, []string{"GET https://api.example/a b incomplete ! connection_terminated (wait) unread: a request line cannot be read"}},
	})
}

func TestHTTP1ErrorsSayWhatHappened(t *testing.T) {
	got := map[string]string{}
	for name, steps := range map[string][]h1Step{
		"eof": {vendorEnds(nil)}, "reset": {vendorEnds(reset())}, "unexpected": {vendorEnds(io.ErrUnexpectedEOF)}, "we": nil,
	} {
		got[name] = playH1(append([]h1Step{app(get("/a"))}, steps...), 1<<10)[0].Err.Text
	}
	want := map[string]string{
		"eof":        "the vendor closed the connection without an answer",
		"reset":      "the vendor reset the connection",
		"unexpected": "the vendor closed the connection without an answer",
		"we":         "the proxy closed the connection before the answer was over",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
}

func TestHTTP1WaitLastsUntilTheEndWithoutAnAnswer(t *testing.T) {
	x := playH1([]h1Step{app(get("/a")), vendorEnds(nil)}, 1<<10)[0]
	if x.Phases.Wait != time.Second || x.Phases.Total != time.Second || x.Phases.Receive != 0 {
		t.Errorf("phases are %+v, want a second of waiting and nothing received", x.Phases)
	}
}
