package har_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/capture"
	"flagrante/capture/decode/decodetest"
	"flagrante/capture/har"
	"flagrante/proxy"
)

func stored(e proxy.Exchange) *capture.Failure { return &capture.Failure{Exchange: e} }

// failures are exchanges of every outcome, with nothing that HAR cannot hold.
func failures() []*capture.Failure {
	request := proxy.Request{
		Method: "POST", URL: "https://api.banco.example:8443/pix?txid=a%20b&txid=c&x", Proto: "HTTP/1.1",
		Header: proxy.Fields{{Name: "X-Empty"}, {Name: "Content-Type", Value: "application/json"}, {Name: "Authorization", Value: "***"}},
		Body:   whole("{\"a\":\"\u2028</script>\"}\n"),
	}
	phases := proxy.Phases{DNS: ms, Connect: 2 * ms, TLS: 3 * ms, Send: ms / 2, Wait: 4 * ms, Receive: ms / 1000, Total: 12 * ms}
	base := proxy.Exchange{Start: clock(9, 42), Request: request, Phases: phases, Upstream: proxy.Upstream{Addr: "192.0.2.7:8443"}}
	answer := func(b proxy.Body) proxy.Exchange {
		e := base
		e.Response = &proxy.Response{Status: 503, Reason: "Service Unavailable", Proto: "HTTP/1.1", Header: proxy.Fields{{Name: "Retry-After", Value: "5"}}, Body: b}
		return e
	}
	refused, aborted := base, base
	refused.Err = &proxy.Error{Type: "connection_refused", Phase: proxy.PhaseConnect, Text: "dial tcp: connection refused"}
	aborted.Aborted = true
	abortedMidway := answer(proxy.Body{Data: []byte("half"), Size: 4})
	abortedMidway.Aborted = true
	return []*capture.Failure{
		stored(answer(whole("fora do ar"))),
		stored(answer(proxy.Body{Complete: true})),
		stored(answer(whole("\x00\xff\xfebinary"))),
		stored(answer(proxy.Body{Data: []byte("the first"), Cut: true, Size: 5 << 20, Complete: true})),
		stored(answer(proxy.Body{Data: []byte("half"), Size: 4, Err: "unexpected EOF"})),
		stored(abortedMidway), stored(refused), stored(aborted),
	}
}

func TestWriteRoundTrip(t *testing.T) {
	var file bytes.Buffer
	if err := har.Write(&file, har.Creator{Name: "flagrante", Version: "0.1.0"}, failures()); err != nil {
		t.Fatal(err)
	}
	var want []*proxy.Exchange
	for _, f := range failures() {
		want = append(want, &f.Exchange)
	}
	got := read(t, &file)
	if diff := cmp.Diff(want, got, addrs, cmpopts.IgnoreFields(proxy.Exchange{}, "ID")); diff != "" {
		t.Error(diff)
	}
}

// TestWriteUnpacks checks that content.text is what the content coding packed,
// and that it is known to be unpacked when it is read back.
func TestWriteUnpacks(t *testing.T) {
	var file bytes.Buffer
	f := failures()[0]
	f.Exchange.Response.Header = proxy.Fields{{Name: "Content-Encoding", Value: "gzip"}, {Name: "X-Request-Id", Value: "1"}}
	f.Exchange.Response.Body = whole(string(decodetest.Pack(t, "gzip", []byte("fora do ar"))))
	if err := har.Write(&file, har.Creator{}, []*capture.Failure{f}); err != nil {
		t.Fatal(err)
	}
	got := read(t, &file)[0].Response
	if diff := cmp.Diff(decoded("fora do ar"), got.Body); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(f.Exchange.Response.Header, got.Header); diff != "" {
		t.Error(diff)
	}
}

// TestWriteKeepsTheCharset takes bytes that are valid UTF-8 by accident.
func TestWriteKeepsTheCharset(t *testing.T) {
	for _, text := range []string{"n\xe3o", "\xc3\xa9", "plain"} {
		var file bytes.Buffer
		f := failures()[0]
		f.Exchange.Response.Header = proxy.Fields{{Name: "Content-Type", Value: "text/xml; charset=ISO-8859-1"}}
		f.Exchange.Response.Body = whole(text)
		if err := har.Write(&file, har.Creator{}, []*capture.Failure{f}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(whole(text), read(t, &file)[0].Response.Body); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestWriteNothing(t *testing.T) {
	var file bytes.Buffer
	if err := har.Write(&file, har.Creator{Name: "a\"</script>"}, nil); err != nil {
		t.Fatal(err)
	}
	if got := read(t, &file); len(got) != 0 {
		t.Errorf("%d exchanges came from none", len(got))
	}
}

func TestWriteReportsTheWriter(t *testing.T) {
	if err := har.Write(broken{}, har.Creator{}, failures()); !errors.Is(err, errBroken) {
		t.Error(err)
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }
