package server

import (
	"bufio"
	"context"
	"errors"
	"os"
	"time"

	"flagrante/proxy/upstream"
)

// listen finds out what is spoken in a tunnel, and by whom first. The vendor is
// connected when it returns, unless the app was quick or speaks TLS.
func (s *Server) listen(t *tunnel, first *bufio.Reader) protocol {
	t.silentUntil(s.opts.Timeouts.Silence)
	p, err := spoken(first, s.hesitation(t))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.silentUntil(s.opts.Timeouts.FirstWord)
		return s.listenToBoth(t, first)
	}
	t.silentUntil(0)
	return p
}

// silentUntil bounds the wait for the app's next bytes; zero means no bound.
func (t *tunnel) silentUntil(patience time.Duration) { t.SetReadDeadline(deadlineIn(patience)) }

// deadlineIn returns when a patience that begins now is over; zero has no end.
func deadlineIn(patience time.Duration) (deadline time.Time) {
	if patience > 0 {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		deadline, _ = ctx.Deadline()
	}
	return deadline
}

// hesitation is how long an app may take for each next byte of its first word. What is
// not told by then may be one of a protocol in which the vendor answers it as it is.
func (s *Server) hesitation(t *tunnel) func() {
	return func() {
		if !t.interrupted.Load() {
			t.silentUntil(s.opts.Timeouts.Silence)
		}
		if t.interrupted.Load() {
			t.SetReadDeadline(longAgo())
		}
	}
}

// interrupt ends the wait for the app's first word.
func (t *tunnel) interrupt() {
	t.interrupted.Store(true)
	t.SetReadDeadline(longAgo())
}

// longAgo is a deadline that interrupts a read.
func longAgo() time.Time { return time.Unix(1, 0) }

// listenToBoth connects the vendor, and waits for whoever speaks first.
func (s *Server) listenToBoth(t *tunnel, first *bufio.Reader) protocol {
	ctx, cancel := context.WithTimeout(s.base, s.opts.Timeouts.Connect)
	defer cancel()
	connected, heard := make(chan struct{}), make(chan struct{})
	var early *bufio.Reader
	go func() {
		defer close(heard)
		t.vendor, t.failure = s.opts.Dialer.Dial(ctx, t.target, upstream.Request{Via: t.via})
		close(connected)
		if t.failure == nil {
			early = bufio.NewReaderSize(t.vendor.Conn, smallBuffer)
			if _, err := early.Peek(1); !errors.Is(err, os.ErrDeadlineExceeded) {
				// The vendor has spoken, or ended: nothing more to wait for.
				t.interrupt()
			}
		}
	}()
	p, _ := spoken(first, s.hesitation(t))
	if p == speaksTLS {
		cancel()
	}
	<-connected
	if t.failure == nil {
		t.vendor.SetReadDeadline(longAgo())
	}
	<-heard
	t.silentUntil(0)
	return t.settle(p, early)
}

// settle keeps the connection to the vendor, with what was read from it, unless
// it has to be made anew with TLS.
func (t *tunnel) settle(p protocol, early *bufio.Reader) protocol {
	switch {
	case t.failure != nil && p == speaksTLS:
		t.vendor, t.failure = nil, nil
	case t.failure != nil:
	case early.Buffered() > 0:
		p = speaksOther
		t.vendor.Conn = &rewoundConn{Conn: t.vendor.Conn, r: early}
		t.vendor.SetReadDeadline(time.Time{})
	case p == speaksTLS:
		t.vendor.Close()
		t.vendor = nil
	default:
		t.vendor.SetReadDeadline(time.Time{})
	}
	return p
}

// dialPlain connects the vendor without TLS, unless that has been tried already.
func (s *Server) dialPlain(t *tunnel) {
	if t.vendor != nil || t.failure != nil {
		return
	}
	ctx, cancel := context.WithTimeout(s.base, s.opts.Timeouts.Connect)
	defer cancel()
	t.vendor, t.failure = s.opts.Dialer.Dial(ctx, t.target, upstream.Request{Via: t.via})
}
