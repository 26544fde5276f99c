// Package gather lets TLS carry more than a record with a call of the system:
// crypto/tls reads and writes record by record, and knows no way to ask what is
// there without waiting.
package gather

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
)

// Patience is what a read does that finds nothing.
type Patience int

const (
	// Wait is what every connection does.
	Wait Patience = iota
	// Glance takes what has arrived, else returns os.ErrDeadlineExceeded, from
	// which TLS recovers. Where that can't be told, it is as None.
	Glance
	// None returns os.ErrDeadlineExceeded without a look: only what TLS has
	// already taken can be read.
	None
)

// Conn is the connection below TLS.
type Conn struct {
	net.Conn
	// glancer is nil where nothing can be looked into.
	glancer  *glancer
	patience Patience
	received int64
	over     bool

	// mu guards what is held, which is nil unless writes are gathered.
	mu   sync.Mutex
	held []byte
}

// New returns a Conn that reads and writes as c does, until it is told otherwise.
func New(c net.Conn) *Conn {
	g := &Conn{Conn: c}
	// What wraps a socket may hold bytes of its own, so only a bare one is looked
	// into.
	if bare, ok := c.(*net.TCPConn); ok {
		if raw, err := bare.SyscallConn(); err == nil {
			g.glancer = newGlancer(raw)
		}
	}
	return g
}

// NetConn returns the connection below.
func (c *Conn) NetConn() net.Conn { return c.Conn }

// Be sets the patience of the reads that follow. It must be called where they
// are made.
func (c *Conn) Be(p Patience) { c.patience = p }

// Read reads with the patience that was set.
func (c *Conn) Read(p []byte) (int, error) {
	n, err := 0, os.ErrDeadlineExceeded
	switch {
	case c.patience == Wait:
		n, err = c.Conn.Read(p)
		c.over = errors.Is(err, io.EOF)
	case c.patience == Glance && c.glancer != nil && len(p) > 0:
		n, err = c.glancer.read(p)
	}
	c.received += int64(n)
	return n, err
}

// Received returns how many bytes have been read. It must be called where they are read.
func (c *Conn) Received() int64 { return c.received }

// Over reports whether a read has come to the end of the connection. TLS that ended by
// its own goodbye has not read that far. It must be called where the reads are made.
func (c *Conn) Over() bool { return c.over }

// Gather holds back what is written, in the room of into, until Flush.
func (c *Conn) Gather(into []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = into[:0:len(into)]
}

// Flush writes what was held back, and ends that. The room is free again.
func (c *Conn) Flush() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.flush()
	c.held = nil
	return err
}

func (c *Conn) flush() error {
	if len(c.held) == 0 {
		return nil
	}
	_, err := c.Conn.Write(c.held)
	c.held = c.held[:0]
	return err
}

// Write writes p, or holds it back.
func (c *Conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	if c.held == nil {
		c.mu.Unlock()
		return c.Conn.Write(p)
	}
	defer c.mu.Unlock()
	if len(c.held)+len(p) <= cap(c.held) {
		c.held = append(c.held, p...)
		return len(p), nil
	}
	if err := c.flush(); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}
