// Package gather lets TLS carry more than a record with a call of the system:
// crypto/tls reads and writes record by record, and knows no way to ask what is
// there without waiting.
package gather

import (
	"net"
	"os"
	"sync"
)

// Conn is the connection below TLS.
type Conn struct {
	net.Conn
	// source is read in place of Conn while Follow runs.
	source source
	// closed says that reads find nothing.
	closed bool

	// mu guards what is held, which is nil unless writes are gathered.
	mu   sync.Mutex
	held []byte
}

// New returns a Conn that reads and writes as c does, until it is told otherwise.
func New(c net.Conn) *Conn { return &Conn{Conn: c} }

// NetConn returns the connection below.
func (c *Conn) NetConn() net.Conn { return c.Conn }

// Open says whether reads look for more. Those that don't return
// os.ErrDeadlineExceeded, from which TLS recovers: only what TLS has already taken can
// be read. It must be called where the reads are made.
func (c *Conn) Open(look bool) { c.closed = !look }

// Read reads what the connection has.
func (c *Conn) Read(p []byte) (int, error) {
	switch {
	case c.closed:
		return 0, os.ErrDeadlineExceeded
	case c.source != nil:
		return c.source.read(p)
	}
	return c.Conn.Read(p)
}

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
