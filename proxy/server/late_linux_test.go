package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// Without TLS, an app that has given up and one that waits for its answer end alike.
func TestAnAppWithoutTLSGivesUp(t *testing.T) {
	type outcome struct {
		Aborted bool
		Status  int
		Late    bool
	}
	const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	leave := func(c *net.TCPConn) { check(t, c.Close()) }
	wait := func(c *net.TCPConn) {
		check(t, c.CloseWrite())
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		check(t, err)
		if got := read(t, resp); got != "ok" {
			t.Errorf("the app got %q", got)
		}
	}
	for name, test := range map[string]struct {
		answers []string
		end     func(*net.TCPConn)
		want    outcome
	}{
		"gives up":                      {[]string{answer}, leave, outcome{Aborted: true}},
		"gives up, answer in pieces":    {[]string{answer[:20], answer[20:]}, leave, outcome{Aborted: true}},
		"waits with half a connection":  {[]string{answer}, wait, outcome{Status: http.StatusOK, Late: true}},
		"waits for an answer in pieces": {[]string{answer[:20], answer[20:]}, wait, outcome{Status: http.StatusOK, Late: true}},
	} {
		t.Run(name, func(t *testing.T) {
			var later atomic.Int64
			arrived := make(chan struct{})
			vendor := rawVendor(t, func(c net.Conn) {
				r := bufio.NewReader(c)
				_, _ = http.ReadRequest(r)
				close(arrived)
				_, _ = io.Copy(io.Discard, r)
				later.Store(int64(time.Hour))
				for _, piece := range test.answers {
					io.WriteString(c, piece)
				}
			})
			start := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
			s := newStageWith(t, func(o *server.Options, _ *upstream.Options) {
				o.Now = func() time.Time { return start.Add(time.Duration(later.Load())) }
			})
			app, err := net.Dial("tcp", s.addr)
			check(t, err)
			defer app.Close()
			fmt.Fprintf(app, "GET http://%s/saldo HTTP/1.1\r\nHost: %s\r\n\r\n", vendor, vendor)
			<-arrived
			test.end(app.(*net.TCPConn))
			x := s.next()
			got := outcome{Aborted: x.Aborted, Late: x.Phases.Total == time.Hour}
			if x.Response != nil {
				got.Status = x.Response.Status
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("recorded after %s, error %v (-want +got):\n%s", x.Phases.Total, x.Err, diff)
			}
			s.none()
		})
	}
}
