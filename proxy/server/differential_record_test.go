package server_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// TestScriptsAreRecorded compares what is made of the bytes with what the scripts say
// that they mean.
func TestScriptsAreRecorded(t *testing.T) {
	ground := newWireGround(t)
	for _, c := range wireCases(t) {
		for _, mode := range c.modes {
			if c.records == nil {
				continue
			}
			t.Run(c.name+"/"+string(mode), func(t *testing.T) {
				t.Parallel()
				if diff := cmp.Diff(c.records, ground.recorded(t, c, mode)); diff != "" {
					t.Errorf("recorded was (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// recorded plays a case through a proxy of its own, stops that, and tells all that it
// recorded.
func (g wireGround) recorded(t *testing.T, c wireCase, mode wireMode) []string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer l.Close()
	origin := l.Addr().String()
	var mu sync.Mutex
	var lines []string
	s := newStageWith(t, func(o *server.Options, d *upstream.Options) {
		d.Roots = func() *upstream.Roots { return upstream.RootsOf(g.roots) }
		o.Observe = func(x *proxy.Exchange) {
			mu.Lock()
			defer mu.Unlock()
			lines = append(lines, exchangeLine(x, origin))
		}
		if mode == wireTunnel {
			soonSilent(o)
		}
	})
	played := c.run(mode, wireRoute{via: s.addr, roots: s.roots}, l.(*net.TCPListener), g.leaf)
	check(t, played.failed)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	check(t, s.server.Shutdown(ctx))
	mu.Lock()
	defer mu.Unlock()
	return lines
}

// exchangeLine says on one line what an exchange came to. How it reads is told in
// testdata/wire/differential/README.md.
func exchangeLine(x *proxy.Exchange, origin string) string {
	_, url, _ := strings.Cut(x.Request.URL, "://")
	line := fmt.Sprintf("%s %s%s", x.Request.Method, strings.TrimPrefix(url, origin), messageText(x.Request.Body, x.Request.Trailer))
	if r := x.Response; r != nil {
		line += fmt.Sprintf(" > %d%s", r.Status, messageText(r.Body, r.Trailer))
	}
	if x.Err != nil {
		line += fmt.Sprintf(" ! %s in %s", x.Err.Type, x.Err.Phase)
	}
	if x.Aborted {
		line += " aborted"
	}
	if x.Unread != "" {
		line += " unread: " + x.Unread
	}
	return line
}

// messageText shows a short body, and how long another one is.
func messageText(b proxy.Body, trailer proxy.Fields) string {
	text := ""
	switch {
	case b.Size > 80:
		text = fmt.Sprintf(" %d bytes", b.Size)
	case b.Size > 0:
		text = fmt.Sprintf(" %q", b.Data)
	}
	if !b.Complete {
		text += " incomplete"
	}
	if b.Err != "" {
		text += " broken"
	}
	if b.BareEnd {
		text += " bare"
	}
	for _, field := range trailer {
		text += " +" + field.Name + ":" + field.Value
	}
	return text
}
