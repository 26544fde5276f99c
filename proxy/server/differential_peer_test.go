package server_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"
	"time"

	"flagrante/proxy/gather"
)

// patience is how long a step may take. Only what is broken takes that long.
const patience = 15 * time.Second

// wirePeer is one end of a connection. It reads all the time, so that nobody
// has to wait for it, unless it is told to pause.
type wirePeer struct {
	name string
	conn net.Conn
	over chan struct{}
	// patience is how long it waits for the other side.
	patience time.Duration
	// gate holds a token when the way is free; paused reports that the script
	// has taken it.
	gate   chan struct{}
	paused bool

	mu      sync.Mutex
	got     []byte
	end     string
	changed chan struct{}
	// gone reports that this side has left on its own.
	gone bool
}

func newWirePeer(name string, conn net.Conn) *wirePeer {
	p := &wirePeer{
		name: name, conn: conn, patience: patience,
		over: make(chan struct{}), changed: make(chan struct{}), gate: make(chan struct{}, 1),
	}
	p.gate <- struct{}{}
	go p.read()
	return p
}

func (p *wirePeer) read() {
	defer close(p.over)
	buf := make([]byte, 64<<10)
	for {
		<-p.gate
		p.gate <- struct{}{}
		n, err := p.conn.Read(buf)
		p.note(buf[:n], err)
		if err != nil {
			return
		}
	}
}

func (p *wirePeer) note(data []byte, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, data...)
	if p.end == "" && !p.gone {
		p.end = endOf(err)
		if p.end == "end" && endsBare(p.conn) {
			p.end = "cut"
		}
	}
	close(p.changed)
	p.changed = make(chan struct{})
}

// endOf says how a connection ended. Under TLS an end without a word of the
// other side is a cut.
func endOf(err error) string {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno.Error()
	}
	switch {
	case err == nil:
		return ""
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "cut"
	case errors.Is(err, io.EOF):
		return "end"
	}
	return err.Error()
}

// endsBare reports whether TLS ended with the connection below it, and not by its own
// goodbye. To crypto/tls both are the same between two records.
func endsBare(c net.Conn) bool {
	secure, ok := c.(*tls.Conn)
	if !ok {
		return false
	}
	below, ok := secure.NetConn().(*gather.Conn)
	return ok && below.Over()
}

// await waits until ready holds; it is asked again whenever something came.
func (p *wirePeer) await(what string, ready func(got int, end string) bool) error {
	timeout, cancel := context.WithTimeout(context.Background(), p.patience)
	defer cancel()
	for {
		p.mu.Lock()
		got, end, changed := len(p.got), p.end, p.changed
		p.mu.Unlock()
		if ready(got, end) {
			return nil
		}
		if end != "" {
			return fmt.Errorf("the %s waits for %s, but its connection is over (%s) after %d bytes", p.name, what, end, got)
		}
		select {
		case <-changed:
		case <-timeout.Done():
			return fmt.Errorf("the %s waits for %s, and has %d bytes", p.name, what, got)
		}
	}
}

func (p *wirePeer) awaitBytes(n int) error {
	return p.await(fmt.Sprintf("%d bytes", n), func(got int, _ string) bool { return got >= n })
}

func (p *wirePeer) awaitEnd() error {
	return p.await("the end", func(_ int, end string) bool { return end != "" })
}

func (p *wirePeer) send(data []byte) error {
	p.conn.SetWriteDeadline(time.Now().Add(patience))
	if n, err := p.conn.Write(data); err != nil {
		return fmt.Errorf("the %s sent %d of %d bytes: %w", p.name, n, len(data), err)
	}
	return nil
}

// sendUntilRefused expects that the other side takes no more.
func (p *wirePeer) sendUntilRefused() error {
	p.leave("refused")
	p.conn.SetWriteDeadline(time.Now().Add(patience))
	junk := make([]byte, 64<<10)
	var err error
	for err == nil {
		_, err = p.conn.Write(junk)
	}
	if netErr, ok := errors.AsType[net.Error](err); ok && netErr.Timeout() {
		return fmt.Errorf("nobody tells the %s that nobody reads", p.name)
	}
	return nil
}

// leave notes that how it ends is not for the other side to say any more.
func (p *wirePeer) leave(how string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = true
	if p.end == "" {
		p.end = how
	}
}

func (p *wirePeer) left() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.gone
}

// pause lets the bytes that come pile up outside; at most one read is under way.
func (p *wirePeer) pause() {
	<-p.gate
	p.paused = true
}

func (p *wirePeer) resume() {
	p.paused = false
	p.gate <- struct{}{}
}

func (p *wirePeer) halfClose() error {
	half, ok := p.conn.(interface{ CloseWrite() error })
	if !ok {
		return fmt.Errorf("%T has no half to close", p.conn)
	}
	return half.CloseWrite()
}

// close ends the connection in both directions, in good order.
func (p *wirePeer) close() error {
	p.leave("left")
	err := p.conn.Close()
	<-p.over
	return err
}

// cut ends the connection without the word that TLS has for it, reset also
// without the one that TCP has.
func (p *wirePeer) cut() error {
	p.leave("left")
	err := tcpOf(p.conn).Close()
	<-p.over
	return err
}

func (p *wirePeer) reset() error {
	if err := tcpOf(p.conn).SetLinger(0); err != nil {
		return err
	}
	return p.cut()
}

func tcpOf(c net.Conn) *net.TCPConn {
	for {
		switch outer := c.(type) {
		case *net.TCPConn:
			return outer
		case *tls.Conn:
			c = outer.NetConn()
		case *eagerConn:
			c = outer.Conn
		case *gather.Conn:
			c = outer.Conn
		}
	}
}
