package tap_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
	"flagrante/proxy/tap"
)

// tappedConn feeds a tap with what a real client sends and receives.
type tappedConn struct {
	net.Conn
	tap tap.Tap
}

func (c *tappedConn) Write(p []byte) (int, error) {
	c.tap.App(p)
	return c.Conn.Write(p)
}

func (c *tappedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.tap.Vendor(p[:n])
	return n, err
}

func TestHTTP1BetweenRealPeers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, err := io.ReadAll(r.Body)
		ok(t, err)
		w.Header().Set("Trailer", "X-Sum")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprintf(w, "%s %s %d", r.Method, r.URL.Path, len(sent))
		w.(http.Flusher).Flush()
		w.Header().Set("X-Sum", "1")
	}))
	defer server.Close()
	seen := make(chan *proxy.Exchange, 10)
	client := &http.Client{Transport: &http.Transport{
		ExpectContinueTimeout: time.Minute,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			var d net.Dialer
			c, err := d.DialContext(ctx, network, addr)
			return &tappedConn{c, tap.NewHTTP1(tap.Options{
				Observe: func(x *proxy.Exchange) { seen <- x }, Now: time.Now,
				NewID: func(time.Time) string { return "id" }, BodyLimit: h1BodyLimit,
			}, tap.Conn{Scheme: "http", Authority: addr})}, err
		},
	}}
	defer client.CloseIdleConnections()
	var got []string
	for _, r := range []*http.Request{
		httptest.NewRequest(http.MethodGet, server.URL+"/get", nil),
		httptest.NewRequest(http.MethodHead, server.URL+"/head", nil),
		httptest.NewRequest(http.MethodPost, server.URL+"/length", strings.NewReader("four")),
		httptest.NewRequest(http.MethodPost, server.URL+"/chunks", io.MultiReader(strings.NewReader(strings.Repeat("x", 100_000)))),
	} {
		r.RequestURI = ""
		r.Header.Set("Expect", "100-continue")
		answer, err := client.Do(r)
		ok(t, err)
		_, err = io.Copy(io.Discard, answer.Body)
		ok(t, err)
		answer.Body.Close()
		x := <-seen
		got = append(got, fmt.Sprint(strings.TrimPrefix(x.Request.URL, server.URL), " ", x.Request.Body.Size, x.Request.Body.Complete, x.Response.Status,
			x.Response.Body.Size, x.Response.Body.Complete, x.Response.Trailer, x.Upstream.Reused, x.Unread))
	}
	want := []string{
		"/get 0 true 418 10 true [{X-Sum 1}] false",
		"/head 0 true 418 0 true [] true",
		"/length 4 true 418 14 true [{X-Sum 1}] true",
		"/chunks 100000 true 418 19 true [{X-Sum 1}] true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("exchanges (-want +got):\n%s", diff)
	}
}
