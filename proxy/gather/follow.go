package gather

import (
	"net"
	"os"
)

// source is where Follow reads: it takes what has arrived, and returns
// os.ErrDeadlineExceeded where nothing has.
type source interface{ read(p []byte) (int, error) }

// Follow calls each when something may have arrived, until it returns false, or
// waiting fails with the error that Follow returns. Reads within each do not wait: where
// nothing has arrived they return os.ErrDeadlineExceeded, from which TLS recovers. each
// is to read until then. Nobody else may read meanwhile.
func (c *Conn) Follow(each func() (more bool)) error {
	defer func() { c.source = nil }()
	for {
		if s := socketOf(c.Conn); s != nil {
			c.source = s
			return s.follow(each)
		}
		// It can't be told what has arrived, or something was read ahead.
		c.source = &first{Conn: c.Conn}
		if !each() {
			return nil
		}
	}
}

// first waits for the first read, and finds nothing afterwards.
type first struct {
	net.Conn
	made bool
}

func (f *first) read(p []byte) (int, error) {
	if f.made {
		return 0, os.ErrDeadlineExceeded
	}
	f.made = true
	return f.Conn.Read(p)
}
