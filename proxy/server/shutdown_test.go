package server_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"flagrante/proxy"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
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
	if x := s.next(); x.Aborted || x.Response == nil || x.Response.Body.Complete || x.Response.Body.Err != proxy.CutByUs {
		t.Errorf("recorded %+v, aborted %t", x.Response, x.Aborted)
	}
}

// TestTheEndIsNotTheAppsDoing cuts calls off that wait for an answer, in each protocol.
func TestTheEndIsNotTheAppsDoing(t *testing.T) {
	asked, leave := make(chan struct{}), make(chan struct{})
	wait := func(http.ResponseWriter, *http.Request) { asked <- struct{}{}; <-leave }
	for _, vendor := range []*httptest.Server{plainVendor(t, wait), tlsVendor(t, wait)} {
		s := newStage(t, vendor)
		app, over := s.client(), make(chan struct{})
		go func() {
			defer close(over)
			if resp, err := app.Get(vendor.URL); err == nil {
				resp.Body.Close()
				t.Errorf("the app got %s", resp.Status)
			}
		}()
		<-asked
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if err := s.server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the proxy did not wait: %v", err)
		}
		cancel()
		<-over
		if x := s.next(); x.Aborted || x.Err == nil || x.Err.Type != "proxy_internal_error" {
			t.Errorf("%s: recorded as %v, aborted %t", x.Request.Proto, x.Err, x.Aborted)
		}
	}
	close(leave)
}

// TestShutdownBeforeServe holds that a server that is told to end before it serves does not
// serve: a program may be stopped as soon as it has begun.
func TestShutdownBeforeServe(t *testing.T) {
	dialer, err := upstream.New(upstream.Options{Now: time.Now, Log: zerolog.Nop()})
	check(t, err)
	s := server.New(server.Options{Now: time.Now, Timeouts: server.DefaultTimeouts(), Log: zerolog.Nop(), Dialer: dialer})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	check(t, s.Shutdown(ctx))
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	select {
	case err := <-served:
		check(t, err)
	case <-ctx.Done():
		l.Close()
		t.Fatal("it serves on")
	}
}
