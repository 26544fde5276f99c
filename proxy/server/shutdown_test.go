package server_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// TestAnAnswerThatTheEndCutsOffLooksCutOff has an answer that lasts until the connection
// ends, and longer than the proxy waits for it.
func TestAnAnswerThatTheEndCutsOffLooksCutOff(t *testing.T) {
	leave := make(chan struct{})
	vendor := rawVendor(t, func(c net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf")
		}
		<-leave
	})
	defer close(leave)
	s := newStage(t)
	app, err := net.Dial("tcp", s.addr)
	check(t, err)
	defer app.Close()
	_, err = io.WriteString(app, "GET http://"+vendor+"/ HTTP/1.1\r\nHost: "+vendor+"\r\n\r\n")
	check(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(app), nil)
	check(t, err)
	_, err = io.ReadFull(answer.Body, make([]byte, len("half")))
	check(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := s.server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the proxy did not wait: %v", err)
	}
	if rest, err := io.ReadAll(answer.Body); err == nil {
		t.Errorf("the app read %q, and nothing was wrong", rest)
	}
	if x := s.next(); x.Response == nil || x.Response.Body.Complete {
		t.Errorf("recorded %+v", x)
	}
}
