package tap_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
)

// TestHTTP2BetweenRealPeers compares what the tap saw with what the handler saw
// and said, over many streams at once.
func TestHTTP2BetweenRealPeers(t *testing.T) {
	const calls = 60
	vendor := h2Vendor(t, echo, nil)
	relay := newH2Relay(t, vendor.Listener.Addr().String(), 1<<20)
	client := h2Client(t, nil)
	echoAll(t, client, relay, calls)
	compareEchoes(t, relay, calls)
}

// echo answers with the sum of the body, the header and the body itself.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Trailer", "X-Sum")
	w.Header().Set("X-Path", r.URL.Path)
	w.Header().Set("X-Marked", r.Header.Get("X-Mark")+" "+r.Trailer.Get("X-After"))
	w.WriteHeader(http.StatusEarlyHints)
	w.WriteHeader(http.StatusConflict)
	w.Write(body)
	w.Header().Set("X-Sum", fmt.Sprintf("%x", sha256.Sum256(body)))
}

func bodyOf(i int) string { return strings.Repeat(fmt.Sprint("body ", i, " "), i*i*5) }

func echoAll(t testing.TB, client *http.Client, relay *h2Relay, calls int) {
	results := make(chan error, calls)
	for i := range calls {
		go func() {
			req, err := http.NewRequestWithContext(t.Context(), "POST", relay.url(fmt.Sprint("/", i)), io.NopCloser(strings.NewReader(bodyOf(i))))
			if err == nil {
				req.Header.Set("X-Mark", strings.Repeat(fmt.Sprint(i, " "), 100))
				req.Trailer = http.Header{"X-After": {fmt.Sprint("after ", i)}}
				err = drain(client, req)
			}
			results <- err
		}()
	}
	for range calls {
		ok(t, <-results)
	}
}

func drain(client *http.Client, req *http.Request) error {
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func compareEchoes(t *testing.T, relay *h2Relay, calls int) {
	t.Helper()
	seen := map[string]*proxy.Exchange{}
	for range calls {
		x := relay.next()
		seen[x.Request.URL] = x
	}
	for i := range calls {
		x, body := seen[relay.url(fmt.Sprint("/", i))], bodyOf(i)
		if x == nil || x.Response == nil {
			t.Fatalf("%d was recorded as %+v among %v", i, x, slices.Sorted(maps.Keys(seen)))
		}
		mark := strings.Repeat(fmt.Sprint(i, " "), 100)
		if got := x.Request.Header.Get("x-mark"); got != mark || x.Request.Trailer.Get("x-after") != fmt.Sprint("after ", i) {
			t.Errorf("%d: the app's fields are %q and %v", i, got, x.Request.Trailer)
		}
		want := proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}
		if body == "" {
			want.Data = nil
		}
		for side, got := range map[string]proxy.Body{"sent": x.Request.Body, "answered": x.Response.Body} {
			if diff := cmp.Diff(want, got, cmp.Comparer(bytes.Equal)); diff != "" {
				t.Errorf("%d: another body %s (-want +got):\n%s", i, side, diff)
			}
		}
		r := x.Response
		if r.Status != 409 || r.Header.Get("x-path") != fmt.Sprint("/", i) || r.Trailer.Get("x-sum") != fmt.Sprintf("%x", sha256.Sum256([]byte(body))) {
			t.Errorf("%d: answered %d, %v, %v", i, r.Status, r.Header, r.Trailer)
		}
		if got := strings.TrimSpace(r.Header.Get("x-marked")); got != strings.TrimSpace(mark+" "+fmt.Sprint("after ", i)) {
			t.Errorf("%d: the vendor saw the fields as %q", i, got)
		}
	}
}

func TestHTTP2LargeBodiesBothWays(t *testing.T) {
	const size = 5 << 20
	vendor := h2Vendor(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(w, r.Body)
	}, nil)
	relay := newH2Relay(t, vendor.Listener.Addr().String(), h2BodyLimit)
	req, err := http.NewRequestWithContext(t.Context(), "PUT", relay.url("/"), strings.NewReader(strings.Repeat("x", size)))
	ok(t, err)
	ok(t, drain(h2Client(t, nil), req))
	x := relay.next()
	want := proxy.Body{Data: []byte(strings.Repeat("x", h2BodyLimit)), Size: size, Cut: true, Complete: true}
	for side, got := range map[string]proxy.Body{"sent": x.Request.Body, "answered": x.Response.Body} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("another body %s (-want +got):\n%s", side, diff)
		}
	}
}

func TestHTTP2RealPeersBreakOff(t *testing.T) {
	gone := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	tests := map[string]struct {
		vendor http.HandlerFunc
		// leave says that the app gives up when it can.
		leave bool
		want  h2End
	}{
		"the vendor, silently": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false,
			h2End{Err: &proxy.Error{Type: "connection_terminated", Phase: proxy.PhaseWait, Text: "the vendor reset the stream: INTERNAL_ERROR"}}},
		"the vendor, midway": {func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, "half")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, false, h2End{Status: 200, BodyErr: "the vendor reset the stream: INTERNAL_ERROR"}},
		"the app, waiting": {gone, true, h2End{Aborted: true}},
		"the app, midway": {func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "half")
			w.(http.Flusher).Flush()
			gone(w, r)
		}, true, h2End{Status: 200, Aborted: true}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			begun := make(chan struct{})
			vendor := h2Vendor(t, func(w http.ResponseWriter, r *http.Request) {
				close(begun)
				test.vendor(w, r)
			}, nil)
			relay := newH2Relay(t, vendor.Listener.Addr().String(), 1<<20)
			req, err := http.NewRequestWithContext(ctx, "GET", relay.url("/"), nil)
			ok(t, err)
			client := h2Client(t, nil)
			result := make(chan error, 1)
			go func() {
				resp, err := client.Do(req)
				if err == nil {
					if test.leave {
						leave()
					}
					_, err = io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
				result <- err
			}()
			<-begun
			if test.leave && test.want.Status == 0 {
				leave()
			}
			if err := <-result; err == nil {
				t.Error("the app took the answer for a whole one")
			}
			if diff := cmp.Diff(test.want, h2EndOf(relay.next())); diff != "" {
				t.Errorf("other end than expected (-want +got):\n%s", diff)
			}
		})
	}
}

// Peers with tables of all sizes, over one connection.
func TestHTTP2RealTableSizes(t *testing.T) {
	const calls = 20
	for _, read := range []int{1, 256, 65536} {
		for _, written := range []int{1, 256, 65536} {
			t.Run(fmt.Sprint("read=", read, ",written=", written), func(t *testing.T) {
				// Go's own server cannot read with less than the table that apps
				// begin with.
				server := h2Vendor(t, echo, &http.HTTP2Config{MaxDecoderHeaderTableSize: 65536, MaxEncoderHeaderTableSize: written})
				relay := newH2Relay(t, server.Listener.Addr().String(), 1<<20)
				client := h2Client(t, &http.HTTP2Config{MaxDecoderHeaderTableSize: read, MaxEncoderHeaderTableSize: written})
				// One call alone lets the settings arrive.
				req, err := http.NewRequestWithContext(t.Context(), "GET", relay.url("/"), nil)
				ok(t, err)
				ok(t, drain(client, req))
				relay.next()
				echoAll(t, client, relay, calls)
				compareEchoes(t, relay, calls)
			})
		}
	}
}

// A recording of real peers gives the same exchanges however it is split.
func TestHTTP2RecordingHoweverItIsSplit(t *testing.T) {
	steps := recording(t, 12)
	want, _ := play(steps, wholeSteps, true)
	if len(want) != 12 {
		t.Fatalf("%d exchanges, want 12", len(want))
	}
	for _, size := range []int{1, 5, 9, 1000} {
		got, _ := play(steps, size, true)
		if diff := cmp.Diff(want, got, sameExchange()); diff != "" {
			t.Errorf("in parts of %d bytes (-whole +parts):\n%s", size, diff)
		}
	}
}

// recording returns what passes between real peers in some calls at once.
func recording(t testing.TB, calls int) []h2Step {
	vendor := h2Vendor(t, echo, nil)
	relay := newH2Relay(t, vendor.Listener.Addr().String(), 1<<20)
	echoAll(t, h2Client(t, nil), relay, calls)
	for range calls {
		relay.next()
	}
	return relay.recorded()
}
